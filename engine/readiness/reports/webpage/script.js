(function () {
  "use strict";
  // The page is complete without this script: it narrows lists, opens what a link leads to, and
  // moves the pictures. Nothing is fetched and nothing is kept.
  const root = document.documentElement;
  const all = (selector, within) => Array.from((within || document).querySelectorAll(selector));
  const one = (selector, within) => (within || document).querySelector(selector);
  root.classList.add("js");

  // What a link leads to is shown, whatever hides it.
  function reveal(id) {
    const target = id && document.getElementById(id);
    if (!target) return null;
    const folded = target.closest("[hidden]") || one("[hidden]:not(option)", target.closest("section"));
    if (folded && (target.hidden || target.closest("[hidden]"))) {
      const list = target.closest("#checks") ? "checks" : "answers";
      lists[list].clear();
    }
    for (let part = target; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    return target;
  }
  function named(link) {
    const href = link.getAttribute("href") || "";
    return href.startsWith("#") ? decodeURIComponent(href.slice(1)) : "";
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    const target = reveal(named(link));
    if (target && target.tagName === "DETAILS") {
      // The summary gets the focus, so that the keyboard goes on from there.
      setTimeout(() => one("summary", target).focus({ preventScroll: true }), 0);
    }
  });
  function go() {
    const target = reveal(decodeURIComponent(location.hash.slice(1)));
    if (target) target.scrollIntoView();
  }
  window.addEventListener("hashchange", go);

  // Lists that can be narrowed.
  function folded(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }
  function counted(number, noun) {
    return number.toLocaleString("en") + " " + noun + (number === 1 ? "" : "s");
  }
  function list(name, noun, entries, groups, values) {
    const search = one('[data-search="' + name + '"]');
    const count = one('[data-count="' + name + '"]');
    const reset = one('[data-reset="' + name + '"]');
    if (!search || !count) return { clear() {} };
    const form = search.closest(".filters");
    const selects = all("select[data-filter]", form);
    const texts = new Map();
    const textOf = (entry) => {
      if (!texts.has(entry)) texts.set(entry, folded(values.text(entry)));
      return texts.get(entry);
    };
    function narrow() {
      const words = folded(search.value).split(/\s+/).filter(Boolean);
      const chosen = selects.filter((select) => select.value);
      let shown = 0;
      for (const entry of entries) {
        entry.hidden = !(
          chosen.every((select) => entry.dataset[select.dataset.filter] === select.value) &&
          words.every((word) => textOf(entry).includes(word))
        );
        if (!entry.hidden) shown += 1;
      }
      for (const selector of groups) {
        for (const group of all(selector)) {
          group.hidden = !all(values.entry, group).some((entry) => !entry.hidden);
          if (group.tagName === "DETAILS") group.open = !group.hidden && shown < entries.length;
        }
      }
      const every = counted(entries.length, noun);
      count.textContent =
        shown === entries.length ? every : shown.toLocaleString("en") + " of " + every;
    }
    function clear() {
      search.value = "";
      for (const select of selects) select.value = "";
      narrow();
    }
    let waiting = 0;
    search.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(narrow, entries.length > 500 ? 200 : 0);
    });
    for (const select of selects) select.addEventListener("change", narrow);
    if (reset) reset.addEventListener("click", () => { clear(); search.focus(); });
    if (search.value || selects.some((select) => select.value)) narrow();
    return { clear, narrow };
  }
  const checks = all("details.check");
  const lists = {
    checks: list("checks", "check", checks, [".area"], {
      entry: "details.check",
      text: (entry) => entry.textContent,
    }),
    answers: list("answers", "answer", all(".answer"), [".question", ".section"], {
      entry: ".answer",
      text: (entry) => one("h4", entry.closest(".question")).textContent + " " + entry.textContent,
    }),
  };
  const foldable = { checks, answers: all("details.section") };
  function fold(parts, open) {
    for (const part of parts) if (!part.hidden || !open) part.open = open;
  }
  for (const button of all("[data-open]")) {
    button.addEventListener("click", () => fold(foldable[button.dataset.open], true));
  }
  for (const button of all("[data-close]")) {
    button.addEventListener("click", () => fold(foldable[button.dataset.close], false));
  }

  // Pictures: larger, smaller, and what hangs on the check pointed at.
  const EDGE = /^((?:gate--)?[a-z0-9]+(?:-[a-z0-9]+)*)--((?:gate--)?[a-z0-9]+(?:-[a-z0-9]+)*)$/;
  function picture(figure) {
    const canvas = one(".canvas", figure);
    const svg = canvas && one("svg", canvas);
    if (!svg) return;
    const prefix = figure.dataset.picture + "-";
    const gist = one("[data-gist]", figure);
    const hint = gist.textContent;
    const level = one(".zoom-level", figure);
    const box = svg.viewBox.baseVal;
    const natural = 4 / 3; // of a point in pixels
    let scale = 0;
    function zoom(wanted) {
      const middle = (canvas.scrollLeft + canvas.clientWidth / 2) / (box.width * scale || 1);
      const height = (canvas.scrollTop + canvas.clientHeight / 2) / (box.height * scale || 1);
      const before = scale;
      scale = Math.min(Math.max(wanted, 0.08), 4);
      svg.setAttribute("width", String(Math.round(box.width * scale)));
      svg.setAttribute("height", String(Math.round(box.height * scale)));
      level.textContent = Math.round((scale / natural) * 100) + " %";
      if (before) {
        canvas.scrollLeft = middle * box.width * scale - canvas.clientWidth / 2;
        canvas.scrollTop = height * box.height * scale - canvas.clientHeight / 2;
      }
    }
    const fit = () => canvas.clientWidth && zoom(Math.min((canvas.clientWidth - 2) / box.width, natural));
    const steps = { in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit };
    for (const button of all("[data-zoom]", figure)) {
      button.addEventListener("click", () => steps[button.dataset.zoom]());
    }
    canvas.addEventListener("keydown", (event) => {
      const step = { "+": "in", "=": "in", "-": "out", "0": "fit" }[event.key];
      if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      steps[step]();
    });
    const start = () => {
      if (!scale && canvas.clientWidth) { fit(); if (scale < 0.55) zoom(0.8), (canvas.scrollLeft = 0), (canvas.scrollTop = 0); }
    };
    const around = figure.closest("details");
    if (around) around.addEventListener("toggle", start);
    start();

    const edges = all("g.edge", svg).map((edge) => {
      const ends = EDGE.exec(edge.id.slice((prefix + "edge-").length));
      return { edge, start: ends && ends[1], end: ends && ends[2] };
    });
    function point(node) {
      for (const near of all(".near", svg)) near.classList.remove("near");
      canvas.classList.toggle("pointing", Boolean(node));
      gist.textContent = hint;
      if (!node) return;
      const key = node.id.slice((prefix + "node-").length);
      node.classList.add("near");
      const counts = { before: 0, after: 0 };
      for (const { edge, start: first, end: last } of edges) {
        if (first !== key && last !== key) continue;
        counts[first === key ? "after" : "before"] += 1;
        edge.classList.add("near");
        const other = document.getElementById(prefix + "node-" + (first === key ? last : first));
        if (other) other.classList.add("near");
      }
      gist.textContent = "";
      const title = document.createElement("strong");
      const check = document.getElementById("check-" + key);
      const name = one("title", node);
      title.textContent = check ? one("h4", check).textContent : "";
      const said = (name ? name.textContent : "").split(" – ");
      const rest = check ? said.slice(1, -1).join(" – ") : said.join(" – ");
      const action = check && one("dd.action", check);
      gist.append(title, document.createElement("br"), rest + ". Waits for " + (counts.before || "nothing") +
        (counts.before ? " right before it" : "") + "; " + (counts.after || "nothing") + " next. ");
      if (action) gist.append(document.createElement("br"), action.textContent);
    }
    svg.addEventListener("pointerover", (event) => point(event.target.closest("g.node[id]")));
    svg.addEventListener("pointerleave", () => point(null));
    svg.addEventListener("focusin", (event) => point(event.target.closest("g.node[id]")));
    svg.addEventListener("focusout", () => point(null));
  }
  for (const figure of all("[data-picture]")) picture(figure);

  // On paper everything that is folded is open.
  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not(.whole):not([open])");
    for (const part of opened) part.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const part of opened) part.open = false;
    opened = [];
  });

  // The contents say where the reader is.
  const entries = new Map(all(".contents a").map((link) => [named(link), link]));
  if ("IntersectionObserver" in window) {
    const seen = new Set();
    const watch = new IntersectionObserver((changes) => {
      for (const { target, isIntersecting } of changes) seen[isIntersecting ? "add" : "delete"](target.id);
      const current = Array.from(entries.keys()).find((id) => seen.has(id));
      for (const [id, link] of entries) {
        if (id === current) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    }, { rootMargin: "-15% 0px -75% 0px" });
    for (const section of all("main > section[id]")) watch.observe(section);
  }
  if (location.hash) go();
})();
