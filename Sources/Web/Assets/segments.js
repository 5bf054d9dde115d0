// The visual builder of segments. The server draws it from the filter in the text field; this reads it back into that field
// whenever something is changed, asks for it anew where other inputs are needed, and has the members counted again.
"use strict";
(() => {
  const form = document.getElementById("segment-form");
  if (!form) return;
  const builder = () => document.getElementById("builder");
  const text = () => document.getElementById("filters");
  const part = (node, name) => node.querySelector(`:scope > [data-part="${name}"], :scope > .row > [data-part="${name}"]`);
  const value = (node, name) => part(node, name)?.value ?? "";
  const inner = (node) => [...node.querySelectorAll(":scope > ul > li > [data-node]")];

  const typed = (input, text) => {
    if ("number" in input.dataset && /^-?[0-9]+(\.[0-9]+)?$/.test(text.trim())) return Number(text);
    return text;
  };
  const values = (input) => (input.multiple
    ? [...input.selectedOptions].map((option) => option.value)
    : input.value.split(/[,،\n]/).map((one) => one.trim()).filter(Boolean));
  const condition = (node) => {
    const field = value(node, "field"), op = value(node, "op"), input = part(node, "value");
    if (op === "set" || op === "unset") return { field, op: "exists", value: op === "set" };
    if (!input) return { field, op: op === "on" ? "eq" : op, value: "" };
    if ("list" in input.dataset) return { field, op, value: values(input) };
    if (op === "between") return { field, op, value: input.value || value(node, "until") ? `${input.value}..${value(node, "until")}` : "" };
    const text = typed(input, input.value);
    return { field, op: op === "on" ? "eq" : op, value: input.matches("select") && ["true", "false"].includes(text) ? text === "true" : text };
  };
  // What each node says; `said` remembers which object came of which node.
  const read = (node, said) => {
    let result;
    switch (node.dataset.node) {
      case "group": result = { [value(node, "join")]: inner(node).map((one) => read(one, said)) }; break;
      case "condition": result = condition(node); break;
      case "segment":
        result = { segment: value(node, "segment") };
        if (value(node, "sign") === "notIn") result = { not: result };
        break;
      case "related": {
        const group = node.querySelector(":scope > [data-node=group]"), where = read(group, said);
        result = { has: value(node, "relation") };
        if (Object.values(where)[0].length || said.keep === group) result.where = where;
        if (value(node, "quantity") === "hasNo") result = { not: result };
        break;
      }
      default: result = JSON.parse(node.dataset.json);
    }
    said.set(node, result);
    return result;
  };
  const root = () => builder().querySelector(".builder > [data-node]");

  // Short things stay on a line, as the server writes them.
  const json = (value, depth = 0) => {
    const flat = JSON.stringify(value), branch = value && typeof value === "object" && Object.keys(value).length;
    if (!branch || flat.length + depth * 2 <= 76) return flat;
    const pad = "  ".repeat(depth + 1), end = "\n" + "  ".repeat(depth);
    return Array.isArray(value)
      ? `[\n${value.map((one) => pad + json(one, depth + 1)).join(",\n")}${end}]`
      : `{\n${Object.entries(value).map(([key, one]) => `${pad}${JSON.stringify(key)}: ${json(one, depth + 1)}`).join(",\n")}${end}}`;
  };
  const write = (tree) => {
    const isEmpty = Object.keys(tree).length === 1 && Array.isArray(Object.values(tree)[0]) && !Object.values(tree)[0].length;
    text().value = isEmpty ? "" : json(tree);
  };
  const recount = () => htmx.trigger("#reach", "recount");

  // A rebuilt part is another element: the cursor goes back to where it was, or into what was added.
  let wanted = null;
  const rebuild = (focus) => {
    const at = document.activeElement, node = at?.closest?.("#builder [data-node]");
    wanted = focus || (node && { id: node.id, part: at.dataset.part });
    // What is not drawn yet must not be written over: nothing in it can be changed until the new part is there.
    builder().inert = true;
    // Asked for by the form, which stays: the part itself may just have been drawn and not be listening yet.
    htmx.ajax("POST", "/segments/builder", { source: form, target: "#builder", swap: "outerHTML" });
  };
  document.addEventListener("htmx:load", () => {
    if (!wanted || !root()) return;
    write(read(root(), new Map()));
    recount();
    const node = document.getElementById(wanted.id);
    const input = node && ((wanted.part && node.querySelector(`[data-part="${wanted.part}"]`)) || node.querySelector("select, input"));
    wanted = null;
    input?.focus();
  });

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, () => { builder().inert = false; });
  }

  const fresh = {
    condition: (group) => ({ field: group.dataset.first, value: "" }),
    group: (group) => ({ [value(group, "join") === "and" ? "or" : "and"]: [{ field: group.dataset.first, value: "" }] }),
    related: (group) => ({ has: group.dataset.relation }),
    segment: (group) => ({ not: { segment: group.dataset.segment } }),
  };

  form.addEventListener("click", (event) => {
    const add = event.target.closest("[data-add]"), remove = event.target.closest("[data-remove]");
    if (add) {
      const group = add.closest("[data-node=group]"), said = new Map();
      said.keep = group;
      const tree = read(root(), said), count = inner(group).length;
      Object.values(said.get(group))[0].push(fresh[add.dataset.add](group));
      write(tree);
      rebuild({ id: `${group.id}-${count}` });
      recount();
    }
    if (remove) {
      const node = remove.closest("[data-node]"), group = node.parentElement.closest("[data-node=group]");
      node.closest("li").remove();
      write(read(root(), new Map()));
      rebuild({ id: group.id });
      recount();
    }
  });
  form.addEventListener("change", (event) => {
    if (event.target === text() || event.target.closest("[data-rebuild]")) { rebuild(); return recount(); }
    const name = event.target.dataset.part;
    if (!name) return;
    const node = event.target.closest("[data-node]"), said = new Map();
    const tree = read(root(), said);
    if (name === "field") {
      const own = said.get(node);
      delete own.op;
      own.value = "";
    }
    if (name === "op") {
      // A value that the new operator can use stays.
      const own = said.get(node);
      if (own.op !== "exists" && (["within", "in", "has", "between"].includes(own.op) || own.value === "")) {
        own.value = own.op === "in" || own.op === "has" ? [].concat(own.value || []) : own.op === "between" && own.value ? String(own.value) : "";
      }
    }
    if (name === "relation") {
      const own = said.get(node);
      delete (own.not || own).where;
    }
    write(tree);
    if (["field", "op", "relation"].includes(name)) rebuild();
    recount();
  });
  form.addEventListener("input", (event) => {
    if (!event.target.dataset.part || event.target.matches("select")) return;
    write(read(root(), new Map()));
    recount();
  });
})();
