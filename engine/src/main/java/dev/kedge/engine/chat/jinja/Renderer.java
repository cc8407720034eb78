package dev.kedge.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Carries out statements for one rendering. For one thread. */
final class Renderer {
  /** How a body ended. */
  private enum End {
    NORMAL,
    BREAK,
    CONTINUE
  }

  private final Source source;
  private final Budget budget;
  private final Evaluator evaluator;

  Renderer(Source source, Budget budget) {
    this.source = source;
    this.budget = budget;
    this.evaluator = new Evaluator(source, budget);
  }

  Text render(List<Node> nodes, Scope scope) {
    TextBuilder out = new TextBuilder(budget);
    run(nodes, scope, out);
    return out.build();
  }

  private End run(List<Node> nodes, Scope scope, TextBuilder out) {
    for (Node node : nodes) {
      End end;
      try {
        budget.enter();
        end = visit(node, scope, out);
        budget.leave();
      } catch (Fault fault) {
        throw source.error(node.at(), fault.reason());
      }
      if (end != End.NORMAL) {
        return end;
      }
    }
    return End.NORMAL;
  }

  private End visit(Node node, Scope scope, TextBuilder out) {
    return switch (node) {
      case Node.Data(Text text, int _) -> {
        out.append(text);
        yield End.NORMAL;
      }
      case Node.Output(Expr value, int _) -> {
        evaluator.printer().print(evaluator.evaluate(value, scope), out);
        yield End.NORMAL;
      }
      case Node.If choice -> choose(choice, scope, out);
      case Node.For loop -> loop(loop, scope, out);
      case Node.Assign(Node.Target target, Expr value, int _) -> {
        assign(target, evaluator.evaluate(value, scope), scope);
        yield End.NORMAL;
      }
      case Node.AssignBlock(
              Node.Target target,
              List<Expr.FilterStep> filters,
              List<Node> body,
              int _) -> {
        assign(target, evaluator.filter(render(body, new Scope(scope)), filters, scope), scope);
        yield End.NORMAL;
      }
      case Node.Macro macro -> {
        scope.set(macro.name(), function(macro, scope));
        yield End.NORMAL;
      }
      case Node.CallBlock(Expr.Call call, Node.Macro caller, int _) ->
          callBlock(call, caller, scope, out);
      case Node.FilterBlock(List<Expr.FilterStep> filters, List<Node> body, int _) -> {
        Value filtered = evaluator.filter(render(body, new Scope(scope)), filters, scope);
        evaluator.printer().print(filtered, out);
        yield End.NORMAL;
      }
      case Node.With with -> with(with, scope, out);
      case Node.Break _ -> End.BREAK;
      case Node.Continue _ -> End.CONTINUE;
    };
  }

  private End choose(Node.If choice, Scope scope, TextBuilder out) {
    for (Node.Branch branch : choice.branches()) {
      if (Operators.truth(evaluator.evaluate(branch.test(), scope))) {
        return run(branch.body(), scope, out);
      }
    }
    return run(choice.otherwise(), scope, out);
  }

  private End loop(Node.For loop, Scope scope, TextBuilder out) {
    List<Value> items = evaluator.operators().iterate(evaluator.evaluate(loop.iterable(), scope));
    if (!(loop.filter() instanceof Expr.Literal)) {
      items = kept(loop, items, scope);
    }
    boolean completed = false;
    for (int i = 0; i < items.size(); i++) {
      Scope inner = new Scope(scope);
      inner.set("loop", new Loop(items, i));
      assign(loop.target(), items.get(i), inner);
      End end = run(loop.body(), inner, out);
      if (end == End.BREAK) {
        break;
      }
      // As in the reference, an iteration that was left early does not count for 'else'.
      completed |= end == End.NORMAL;
    }
    return completed ? End.NORMAL : run(loop.otherwise(), new Scope(scope), out);
  }

  private List<Value> kept(Node.For loop, List<Value> items, Scope scope) {
    List<Value> kept = new ArrayList<>();
    for (Value item : items) {
      Scope inner = new Scope(scope);
      assign(loop.target(), item, inner);
      if (Operators.truth(evaluator.evaluate(loop.filter(), inner))) {
        kept.add(item);
      }
    }
    return kept;
  }

  private void assign(Node.Target target, Value value, Scope scope) {
    switch (target) {
      case Node.Target.Name(String name) -> scope.set(name, value);
      case Node.Target.Attribute(String object, String name) -> {
        if (!(scope.get(object) instanceof Value.Space space)) {
          throw new Fault("'%s' is no namespace, so it cannot be changed".formatted(object));
        }
        space.attributes.put(name, value);
      }
      case Node.Target.Several(List<Node.Target> parts) -> {
        List<Value> values = evaluator.operators().iterate(value);
        if (values.size() != parts.size()) {
          throw new Fault(
              "expected %d values to unpack, found %d".formatted(parts.size(), values.size()));
        }
        for (int i = 0; i < parts.size(); i++) {
          assign(parts.get(i), values.get(i), scope);
        }
      }
    }
  }

  private End with(Node.With with, Scope scope, TextBuilder out) {
    Scope inner = new Scope(scope);
    for (int i = 0; i < with.targets().size(); i++) {
      assign(with.targets().get(i), evaluator.evaluate(with.values().get(i), scope), inner);
    }
    return run(with.body(), inner, out);
  }

  private End callBlock(Expr.Call call, Node.Macro caller, Scope scope, TextBuilder out) {
    Value function = evaluator.evaluate(call.function(), scope);
    Arguments arguments = evaluator.arguments(call.arguments(), scope);
    arguments.named().put("caller", function(caller, scope));
    evaluator.printer().print(evaluator.call(function, arguments), out);
    return End.NORMAL;
  }

  private Value.Function function(Node.Macro macro, Scope scope) {
    return arguments -> {
      Scope inner = new Scope(scope);
      bind(macro, arguments, inner);
      return render(macro.body(), inner);
    };
  }

  private void bind(Node.Macro macro, Arguments arguments, Scope inner) {
    List<Node.Parameter> parameters = macro.parameters();
    if (arguments.positional().size() > parameters.size()) {
      throw new Fault(
          "%s takes at most %d arguments, not %d"
              .formatted(macro.name(), parameters.size(), arguments.positional().size()));
    }
    int used = 0;
    for (int i = 0; i < parameters.size(); i++) {
      Node.Parameter parameter = parameters.get(i);
      Value named = arguments.named().get(parameter.name());
      if (named != null) {
        used++;
      }
      if (i < arguments.positional().size()) {
        if (named != null) {
          throw new Fault(
              "%s gets its argument '%s' twice".formatted(macro.name(), parameter.name()));
        }
        inner.set(parameter.name(), arguments.positional().get(i));
      } else {
        inner.set(
            parameter.name(),
            named != null ? named : evaluator.evaluate(parameter.otherwise(), inner));
      }
    }
    Value caller = arguments.named().get("caller");
    if (caller != null) {
      inner.set("caller", caller);
      used++;
    }
    if (used < arguments.named().size()) {
      Map<String, Value> unknown = new TreeMap<>(arguments.named());
      parameters.forEach(parameter -> unknown.remove(parameter.name()));
      throw new Fault("%s has no argument %s".formatted(macro.name(), unknown.keySet()));
    }
  }
}
