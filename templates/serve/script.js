"use strict";
// The form holds the config's keys, every number as it was typed; the server works them out. What a form has no field
// for stays as it came.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const layers = $("#layers"), frame = $("#solution"), faults = $("#faults");
  let keys = {};

  // --- Between keys and fields --------------------------------------------------------------------------------------

  const steps = (path) => path.split(/[.[\]]+/).filter(Boolean).map((step) => (/^\d+$/.test(step) ? step - 1 : step));
  const get = (path) => steps(path).reduce((value, step) => value?.[step], keys);
  function set(path, value) {
    const all = steps(path), last = all.pop();
    let place = keys;
    for (const step of all) place = place[step] ??= {};
    if (value === undefined || value === "") delete place[last];
    else place[last] = value;
  }

  // Commas part the values of a row, but not those between brackets, as in max(x1, x2).
  function cells(row) {
    const found = [""];
    let depth = 0;
    for (const sign of row) {
      depth += (sign === "(") - (sign === ")");
      if (sign === "," && depth === 0) found.push("");
      else found[found.length - 1] += sign;
    }
    return found.map((cell) => cell.trim()).filter(Boolean);
  }
  const text = (value) => (Array.isArray(value) ? value.join(", ") : value ?? "");
  const KINDS = {
    text: { show: text, read: (value) => value },
    line: { show: text, read: (value) => value.trim() },
    choice: { show: (value) => value?.name ?? value, read: (value) => value },
    bias: { show: text, read: (value) => (value.includes(",") ? cells(value) : value.trim()) },
    rows: {
      show: (value) => (Array.isArray(value?.[0]) ? value.map(text).join("\n") : text(value)),
      read(value, path) {
        const rows = value.split("\n").map(cells).filter((row) => row.length);
        return rows.length > 1 || path.endsWith("weights") ? (rows.length ? rows : undefined) : rows[0] ?? [];
      },
    },
  };
  const DEFAULTS = { "training.loss": "half_squared_error", "training.optimizer": "gradient_descent", "report.notation": "auto", "report.carry": "exact" };

  function fill() {
    layers.replaceChildren(...(keys.layers ?? []).map((_, place) => layer(place + 1)));
    for (const field of $$("[data-path]")) {
      const value = KINDS[field.dataset.kind].show(get(field.dataset.path) ?? DEFAULTS[field.dataset.path]) ?? "";
      field.value = value;
      // A formula of one's own is no function of the catalogue, and can be chosen all the same.
      if (field.value !== value && field.matches("select")) field.append(new Option(value, value, true, true));
    }
  }

  function layer(number) {
    const found = $("#layer").content.cloneNode(true).firstElementChild;
    const named = (name) => name.replace("[]", `[${number}]`);
    for (const element of $$("[id], [for], [data-path], [aria-describedby]", found)) {
      for (const name of ["id", "for", "data-path", "aria-describedby"]) {
        if (element.hasAttribute(name)) element.setAttribute(name, named(element.getAttribute(name)));
      }
    }
    $("legend", found).textContent = $("legend", found).textContent.replace("{number}", number);
    $(".remove", found).addEventListener("click", () => change(() => keys.layers.splice(number - 1, 1)));
    return found;
  }

  function change(how) {
    how();
    fill();
    renew();
  }

  document.addEventListener("input", (event) => {
    const { path, kind } = event.target.dataset;
    if (!path) return;
    set(path, KINDS[kind].read(event.target.value, path));
    renew();
  });
  $("#add").addEventListener("click", () => change(() => {
    const last = keys.layers?.at(-1);
    keys.layers = [...(keys.layers ?? []), { activation: last?.activation ?? "sigmoid", units: "1" }];
  }));
  $("#example").addEventListener("change", async (event) => {
    if (!event.target.value) return;
    const found = await (await fetch(`/examples/${event.target.value}`)).json();
    change(() => (keys = found));
  });

  // --- The page -----------------------------------------------------------------------------------------------------

  const post = (where) =>
    fetch(where, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(keys) });

  // One request at a time; what has changed meanwhile is asked for next, so that the last change is shown last.
  let busy = false, changed = false;
  async function renew() {
    history.replaceState(null, "", `#${encodeURIComponent(JSON.stringify(keys))}`);
    changed = true;
    if (busy) return;
    busy = true;
    document.body.dataset.busy = "";
    while (changed) {
      changed = false;
      try {
        const answer = await post("/solve");
        show(answer.ok ? await answer.json() : { problems: [["", await answer.text()]] });
      } catch {
        show({ problems: [["", "The server has been stopped."]] });
      }
    }
    busy = false;
    delete document.body.dataset.busy;
  }

  function show(answer) {
    for (const element of $$(".fault")) element.hidden = true;
    for (const element of $$(".faulty")) element.classList.remove("faulty");
    faults.replaceChildren();
    for (const [where, sentence] of answer.problems ?? []) fault(where, sentence);
    if (answer.page === undefined) return;
    const top = frame.contentWindow.scrollY;
    frame.addEventListener("load", () => frame.contentWindow.scrollTo(0, top), { once: true });
    frame.srcdoc = answer.page;
  }

  // A sentence stands beside the field that it speaks of, or above all of them.
  function fault(where, sentence) {
    const field = $$("[data-path]").filter((each) => where.startsWith(each.dataset.path)).at(-1);
    if (field) {
      const place = document.getElementById(`${field.dataset.path}-fault`);
      place.textContent = place.hidden ? sentence : `${place.textContent} ${sentence}`;
      place.hidden = false;
      field.classList.add("faulty");
    } else {
      const item = document.createElement("li");
      item.textContent = where ? `${where}: ${sentence}` : sentence;
      faults.append(item);
      faults.hidden = false;
    }
  }

  document.addEventListener("click", async (event) => {
    const form = event.target.dataset?.download;
    if (!form) return;
    const answer = await post(`/download/${form}`);
    if (answer.status === 422) return show(await answer.json());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await answer.blob());
    link.download = `network.${form}`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  });

  function start() {
    try {
      keys = JSON.parse(decodeURIComponent(location.hash.slice(1)));
    } catch {
      keys = null;
    }
    if (!Array.isArray(keys?.layers)) keys = JSON.parse($("#first").textContent);
    fill();
    renew();
  }
  addEventListener("hashchange", start);
  start();
})();
