package dev.kedge.report;

/** The look of every page: readable in print, in the dark and on a narrow screen. */
final class Style {
  static final String CSS =
      """
      :root{--ink:#1c2733;--soft:#5b6b7b;--line:#d9e0e7;--paper:#fff;--tint:#f4f7fa;--good:#1a7f4b;--bad:#b3261e;--main:#1f5fa8;--mid:#b26a00}
      @media (prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9fb0c0;--line:#33414f;--paper:#11181f;--tint:#1a232c;--good:#4cc38a;--bad:#ff8a80;--main:#78b2f2;--mid:#f0b35a}}
      *{box-sizing:border-box}
      body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
      main{max-width:980px;margin:0 auto;padding:28px 20px 64px}
      h1{font-size:1.9rem;line-height:1.2;margin:.2em 0 .3em}h2{font-size:1.3rem;margin:2em 0 .5em;padding-top:.4em;border-top:1px solid var(--line)}h3{font-size:1.05rem;margin:1.4em 0 .4em}
      p{margin:.5em 0}.soft{color:var(--soft)}.small{font-size:.86rem}
      .scroll{overflow-x:auto;margin:.8em 0}table{border-collapse:collapse;width:100%;font-size:.92rem}
      td{overflow-wrap:anywhere}td:first-child{min-width:9em}th,td{text-align:left;padding:.4em .7em;border-bottom:1px solid var(--line);vertical-align:top}
      th{font-weight:600;color:var(--soft);white-space:nowrap}th.number,td.number{text-align:right}td.number{font-variant-numeric:tabular-nums;white-space:nowrap}
      code,pre{font:.86rem/1.45 ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
      pre{background:var(--tint);padding:.6em .8em;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;margin:.3em 0}
      .verdict{border-left:6px solid var(--main);background:var(--tint);padding:16px 20px;border-radius:0 8px 8px 0;margin:1em 0}
      .verdict.good{border-color:var(--good)}.verdict.bad{border-color:var(--bad)}.verdict.mid{border-color:var(--mid)}
      .verdict strong{font-size:1.35rem;display:block}
      .tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(260px,100%),1fr));gap:12px;margin:1em 0}
      .tile{border:1px solid var(--line);border-radius:8px;padding:12px 14px}.tile b{display:block;font-size:1.5rem;font-variant-numeric:tabular-nums}.tile span{color:var(--soft);font-size:.86rem}
      .ok{color:var(--good)}.no{color:var(--bad)}
      td.ok,td.no,td.mid{font-weight:600}td.mid{color:var(--mid)}.question{margin-top:1.1em;font-weight:600}
      svg{width:100%;min-width:660px;height:auto;display:block;margin:.6em 0}svg text{fill:var(--ink);font:13px system-ui,"Liberation Sans",sans-serif}svg .soft{fill:var(--soft)}
      svg .bar{fill:var(--main)}svg .bar2{fill:var(--mid)}svg .bar3{fill:var(--soft)}svg .band{fill:var(--main);opacity:.14}svg .band2{fill:var(--mid);opacity:.16}svg .line{stroke:var(--ink);stroke-width:1.5;fill:none}svg .grid{stroke:var(--line);stroke-width:1}svg .target{stroke:var(--bad);stroke-width:1.5;stroke-dasharray:5 4}
      svg .curve{stroke:var(--main);stroke-width:2.2;fill:none}svg .curve2{stroke:var(--mid);stroke-width:2.2;fill:none}
      details{margin:.5em 0;border:1px solid var(--line);border-radius:8px;padding:.5em .9em}summary{cursor:pointer;font-weight:600}
      ins{background:color-mix(in srgb,var(--good) 22%,transparent);text-decoration:none}del{background:color-mix(in srgb,var(--bad) 22%,transparent);text-decoration:none}
      .pair{border-top:1px solid var(--line);margin:1em 0;padding-top:.4em}.sides{display:grid;gap:.4em 1em;grid-template-columns:repeat(auto-fit,minmax(min(20rem,100%),1fr))}.sides>*{min-width:0}h4{margin:.4em 0}
      mark{color:inherit;background:none}mark.cut{background:color-mix(in srgb,var(--bad) 22%,transparent);text-decoration:line-through}mark.add{background:color-mix(in srgb,var(--good) 22%,transparent);text-decoration:underline}
      @media print{details{break-inside:avoid}main{max-width:none}}
      """;

  private Style() {}
}
