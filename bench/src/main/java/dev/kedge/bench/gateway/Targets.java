package dev.kedge.bench.gateway;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Starts what is measured. For one thread. */
final class Targets {
  private static final String CHAT = "/v1/chat/completions";
  private static final List<String> MODELS =
      List.of("fast", "slow", "stream-1", "stream-20", "stream-100", "stream-250");

  private final BenchmarkOptions options;
  private final Processes processes;

  Targets(BenchmarkOptions options, Processes processes) {
    this.options = options;
    this.processes = processes;
  }

  List<Target> start() throws IOException, InterruptedException {
    int upstream = Processes.freePort();
    Process mock =
        processes.start(
            "upstream",
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                MockUpstream.class.getName(),
                Integer.toString(upstream)),
            upstream);
    List<Target> targets = new ArrayList<>();
    for (String name : options.targets()) {
      switch (name) {
        case "direct" -> targets.add(new Target("direct", upstream, CHAT, Map.of(), mock.pid()));
        case "nginx" -> {
          if (Files.isExecutable(Path.of("/usr/sbin/nginx"))) targets.add(nginx(upstream));
          else System.err.println("left out: nginx is not installed (apt install nginx-light)");
        }
        case "kedge" -> targets.add(kedge(upstream));
        case "peer" -> {
          if (Files.exists(peer())) targets.add(portkey(upstream));
          else System.err.println("left out: the peer is not installed (cd bench/peers && npm ci)");
        }
        default -> throw new IllegalArgumentException("no such target: " + name);
      }
    }
    return targets;
  }

  private Target nginx(int upstream) throws IOException {
    int port = Processes.freePort();
    Path file = options.work().resolve("nginx.conf");
    Files.writeString(
        file,
        """
        daemon off;
        worker_processes 2;
        pid %1$s/nginx.pid;
        error_log %1$s/nginx-error.log;
        events { worker_connections 8192; }
        http {
          access_log off;
          client_body_temp_path %1$s/body;
          proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi;
          uwsgi_temp_path %1$s/uwsgi;
          scgi_temp_path %1$s/scgi;
          keepalive_requests 100000000;
          upstream mock { server 127.0.0.1:%2$d; keepalive 512; keepalive_requests 100000000; }
          server {
            listen 127.0.0.1:%3$d backlog=2048;
            location / {
              proxy_pass http://mock;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
              proxy_buffering off;
            }
          }
        }
        """
            .formatted(options.work(), upstream, port));
    Process process =
        processes.start(
            "nginx",
            List.of("/usr/sbin/nginx", "-c", file.toString(), "-p", options.work().toString()),
            port);
    return new Target("nginx", port, CHAT, Map.of(), process.pid());
  }

  private Path peer() {
    return options
        .home()
        .resolve("bench/peers/node_modules/@portkey-ai/gateway/build/start-server.js");
  }

  private Target portkey(int upstream) throws IOException {
    int port = Processes.freePort();
    Process process =
        processes.start(
            "peer", List.of("node", peer().toString(), "--port=" + port, "--headless"), port);
    return new Target(
        "peer",
        port,
        CHAT,
        Map.of(
            "Authorization",
            "Bearer none",
            "x-portkey-provider",
            "openai",
            "x-portkey-custom-host",
            "http://127.0.0.1:" + upstream + "/v1"),
        process.pid());
  }

  /* Everything on: a key, limits, a budget, prices, metering, metrics. */
  private Target kedge(int upstream) throws IOException, InterruptedException {
    int port = Processes.freePort();
    Path folder = options.work().resolve("kedge-" + port);
    Files.createDirectories(folder);
    StringBuilder models = new StringBuilder();
    for (String model : MODELS) {
      models.append("      - {name: ").append(model);
      models.append(", price: {input: 0.60, cached: 0.10, output: 0.80}}\n");
    }
    Path file = folder.resolve("kedge.yaml");
    Files.writeString(
        file,
        """
        server: {host: 127.0.0.1, port: %1$d, max_connections: 4096}
        store: {url: "sqlite:%2$s/kedge.db"}
        upstreams:
          - name: mock
            url: http://127.0.0.1:%3$d/v1
            limits: {concurrency: 4096}
            models:
        %4$s
        access: {required: true}
        tenants:
          - name: bench
            limits: {requests_per_minute: 100000000, tokens_per_minute: 100000000000, concurrency: 4096}
            budgets: [{per: month, dollars: 1000000}]
        """
            .formatted(port, folder, upstream, models));
    String kedge = options.home().resolve("kedge").toString();
    String key =
        Processes.output(
                List.of(
                    kedge,
                    "keys",
                    "create",
                    "--config",
                    file.toString(),
                    "--tenant",
                    "bench",
                    "--name",
                    "bench"))
            .lines()
            .findFirst()
            .orElseThrow();
    Process process =
        processes.start("kedge", List.of(kedge, "serve", "--config", file.toString()), port);
    return new Target("kedge", port, CHAT, Map.of("Authorization", "Bearer " + key), process.pid());
  }
}
