"use strict";
// The page is complete without this script. It makes the tape visible: a quantity that is pointed at, tapped or focused
// marks what it comes from and what it goes into. And it shows the solution line by line.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const MOST = 12; // so many quantities are listed at most

  // links[number] = [key, part of the diagram, numbers of the sources]
  const links = JSON.parse($("#links").textContent);
  const main = $("main"), trace = $(".trace"), bar = $(".bar"), diagram = $("figure.network svg");
  const role = (name) => $(`[data-role="${name}"]`);
  const uses = {}, places = {}, ofKey = {};
  for (const [number, [key, part, sources]] of Object.entries(links)) {
    for (const source of sources) (uses[source] ??= []).push(number);
    if (part) (places[part] ??= []).push(number);
    ofKey[key] ??= number;
  }

  // --- What a quantity comes from and goes into ---------------------------------------------------------------------

  let pinned = null, shown = null, left = null;

  const lineOf = (number) => $(`.line[data-of="${number}"]`);
  const symbolOf = (number) => $(`[data-q="${number}"]`, main);
  const numberAt = (element) => {
    const found = element.closest("[data-q], [data-of], [data-key]");
    return found && (found.dataset.q ?? found.dataset.of ?? ofKey[found.dataset.key] ?? null);
  };

  function paint(numbers, name, done) {
    for (const number of numbers) {
      for (const element of $$(`[data-q="${number}"], .line[data-of="${number}"]`)) element.classList.add(name);
      const part = links[number]?.[1];
      if (!part || !diagram || done.has(part)) continue;
      done.add(part);
      for (const element of $$(`[data-key="${part}"]`, diagram)) element.classList.add(name);
    }
  }

  function show(number) {
    if (number === shown) return;
    shown = number;
    for (const element of $$(".is-this, .is-from, .is-to")) element.classList.remove("is-this", "is-from", "is-to");
    trace.hidden = number === null || !links[number];
    if (trace.hidden) return;
    const [, part, sources] = links[number], done = new Set();
    const others = (places[part] ?? []).filter((other) => other !== number && !sources.includes(Number(other)));
    paint([number], "is-this", done);
    paint(sources, "is-from", done);
    paint(uses[number] ?? [], "is-to", done);
    role("this").replaceChildren(named(number));
    list("from", "sources", sources);
    list("to", "uses", uses[number] ?? []);
    list("with", "others", others.filter((other) => !(uses[number] ?? []).includes(other)));
  }

  function named(number) {
    const name = document.createElementNS("http://www.w3.org/1998/Math/MathML", "math");
    const symbol = symbolOf(number)?.cloneNode(true);
    if (symbol) {
      symbol.removeAttribute("class");
      name.append(symbol);
    }
    const line = lineOf(number);
    if (!line) return name;
    const link = document.createElement("a");
    link.href = `#${line.id}`;
    link.setAttribute("aria-label", `${name.textContent} – ${line.getAttribute("aria-label")}`);
    link.append(name);
    return link;
  }

  function list(name, inside, numbers) {
    const found = [...new Set(numbers)].filter(symbolOf);
    role(name).hidden = found.length === 0;
    role(inside).replaceChildren(...found.slice(0, MOST).flatMap((number) => [named(number), " "]));
    if (found.length > MOST) role(inside).append("…");
  }

  function pin(number) {
    pinned = number;
    document.body.classList.toggle("following", pinned !== null || steps.on);
    show(number);
  }

  document.addEventListener("mouseover", (event) => {
    if (!trace.contains(event.target)) show(numberAt(event.target) ?? pinned);
  });
  main.addEventListener("click", (event) => {
    if (getSelection().isCollapsed) pin(numberAt(event.target));
  });
  main.addEventListener("focusin", (event) => {
    if (event.target.matches(".line, [data-key]")) pin(numberAt(event.target));
  });
  trace.addEventListener("click", (event) => {
    const line = $(event.target.closest("a")?.getAttribute("href") ?? "#nothing");
    if (!line) return;
    event.preventDefault();
    steps.reveal(line);
    go(line);
  });

  function go(line) {
    line.focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
  }

  // Left and right walk through the symbols of the line in focus, Enter goes to the links that are listed for it.
  main.addEventListener("keydown", (event) => {
    const line = event.target.closest(".line, [data-key]");
    if (!line || event.altKey || event.ctrlKey || event.metaKey) return;
    const turn = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (turn && line.dataset.of) {
      const symbols = [...new Set([line.dataset.of, ...$$("[data-q]", line).map((symbol) => symbol.dataset.q)])];
      pin(symbols[(symbols.indexOf(shown) + turn + symbols.length) % symbols.length]);
    } else if (event.key === "Enter" || (event.key === " " && line.dataset.key)) {
      pin(shown ?? numberAt(line));
      left = line;
      $("a", trace)?.focus();
    } else return;
    event.preventDefault();
  });

  // Escape goes back from the links to their line, and then lets go of what is marked.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const line = trace.contains(document.activeElement) && left;
    if (line) go(line);
    else pin(null);
  });

  // The parts of the diagram: each can be focused once, and is called what its label says.
  if (diagram) {
    diagram.setAttribute("role", "group");
    const keys = new Set($$("[data-key]", diagram).map((element) => element.dataset.key).filter((key) => ofKey[key]));
    for (const key of keys) {
      const labels = $$(`text[data-key="${key}"]`, diagram);
      const target = labels[0] ?? $(`[data-key="${key}"]`, diagram);
      target.setAttribute("tabindex", "0");
      target.setAttribute("role", "button");
      target.setAttribute("aria-label", labels.map((label) => label.textContent).join(" "));
    }
  }

  // --- Step by step -------------------------------------------------------------------------------------------------

  const steps = {
    on: false,
    at: 0,
    all: $$(".line, .table, figure", main),
    blocks: [...main.children].flatMap((block) => (block.matches(".lines") ? [...block.children] : [block])),

    // Show every block up to a step. The text before a step comes with it.
    draw() {
      const last = this.on && this.at < this.all.length ? this.blocks.indexOf(this.all[this.at - 1]) : Infinity;
      this.blocks.forEach((block, place) => block.classList.toggle("later", place > last));
      for (const group of $$(".lines", main)) group.classList.toggle("later", !$(".line:not(.later)", group));
      for (const name of ["back", "next", "all"]) $(`[data-do="${name}"]`).hidden = !this.on;
      $('[data-do="start"]').hidden = this.on;
      $('[data-do="back"]').disabled = this.at <= this.first;
      $('[data-do="next"]').disabled = this.at >= this.all.length;
      const place = role("place");
      place.hidden = !this.on;
      const values = { "{number}": this.at, "{last}": this.all.length };
      place.textContent = place.dataset.text.replace(/{\w+}/g, (hole) => values[hole]);
      document.body.classList.toggle("following", this.on || pinned !== null);
    },

    get first() {
      return Math.max(1, this.all.findIndex((step) => step.matches("figure.network")) + 1);
    },

    start() {
      this.on = true;
      this.at = this.first;
      this.draw();
      this.look();
      $('[data-do="next"]').focus({ preventScroll: true });
    },

    move(by) {
      const at = Math.min(this.all.length, Math.max(this.first, this.at + by));
      if (at === this.at) return;
      this.at = at;
      this.draw();
      this.look();
    },

    // Let the diagram light up what the newest line works out, and leave the focus where it is.
    look() {
      const step = this.all[this.at - 1];
      pin(step.dataset.of ?? null);
      step.scrollIntoView({ block: "nearest" });
    },

    reveal(element) {
      if (!this.on || !element.closest(".later")) return;
      const place = this.blocks.findIndex((block) => block === element || block.contains(element));
      this.at = this.all.findIndex((step) => this.blocks.indexOf(step) >= place) + 1 || this.all.length;
      this.draw();
    },

    end() {
      this.on = false;
      this.draw();
      $('[data-do="start"]').focus({ preventScroll: true });
    },
  };

  const ACTIONS = { start: () => steps.start(), next: () => steps.move(1), back: () => steps.move(-1), all: () => steps.end() };
  bar.hidden = $(".answers") !== null; // there is nothing to show on a sheet
  bar.addEventListener("click", (event) => ACTIONS[event.target.dataset.do]?.());
  document.addEventListener("keydown", (event) => {
    const by = { PageDown: 1, PageUp: -1 }[event.key]; // what a presenter's remote control sends
    if (!steps.on || !by) return;
    event.preventDefault();
    steps.move(by);
  });
  $(".contents").addEventListener("click", (event) => {
    const link = event.target.closest("a");
    if (link) steps.reveal($(link.getAttribute("href")));
  });

  // --- The contents: where the reader is ----------------------------------------------------------------------------

  const entries = $$(".contents a");
  const headings = entries.map((entry) => $(entry.getAttribute("href")));
  let waiting = false;
  function locate() {
    waiting = false;
    const above = headings.filter((heading) => heading.getBoundingClientRect().top < innerHeight / 2);
    const here = entries[Math.max(0, above.length - 1)];
    for (const entry of entries) {
      if (entry === here) {
        entry.closest("ul").scrollLeft = entry.offsetLeft - 20;
        entry.setAttribute("aria-current", "true");
      } else entry.removeAttribute("aria-current");
    }
  }
  addEventListener("scroll", () => {
    if (!waiting) requestAnimationFrame(locate);
    waiting = true;
  }, { passive: true });
  if (entries.length) locate();

  // --- Copying: mathematics becomes LaTeX ---------------------------------------------------------------------------

  function asText(node) {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replace(/\s+/g, " ");
    if (node.dataset?.tex !== undefined) return node.matches(".line") ? `\\[ ${node.dataset.tex} \\]\n` : `$${node.dataset.tex}$`;
    const inside = [...node.childNodes].map(asText).join("").replace(/\n /g, "\n");
    if (!(node instanceof Element)) return inside;
    if (node.matches("td, th")) return `${inside.trim()}\t`;
    return node.matches("p, li, tr, h1, h2, h3, h4, div") ? `${inside.trim()}\n` : inside;
  }

  document.addEventListener("copy", (event) => {
    const selection = getSelection();
    if (selection.isCollapsed) return;
    const range = selection.getRangeAt(0).cloneRange();
    const around = (node) => (node instanceof Element ? node : node.parentElement)?.closest("[data-tex]");
    const [first, last] = [around(range.startContainer), around(range.endContainer)];
    if (first) range.setStartBefore(first);
    if (last) range.setEndAfter(last);
    const fragment = range.cloneContents();
    if (!$("[data-tex]", fragment)) return;
    event.clipboardData.setData("text/plain", asText(fragment).trim());
    event.preventDefault();
  });
})();
