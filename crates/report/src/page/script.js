// What a style sheet cannot do: open the section that a link leads to, open all of them for print, turn a table that is wider than
// its place into blocks, and save a figure as a file.
"use strict";
const sections = () => document.querySelectorAll("details.section");
const reveal = () => {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!target) return;
  const within = target.querySelector(":scope > details.section") ?? target.closest("details.section");
  if (within && !within.open) {
    within.open = true;
    target.scrollIntoView();
  }
};
addEventListener("hashchange", reveal);
// a second click on the same link changes no hash
document.querySelectorAll('a[href^="#"]').forEach((link) => link.addEventListener("click", () => setTimeout(reveal)));
addEventListener("beforeprint", () => sections().forEach((section) => {
  section.dataset.closed = section.open ? "" : "yes";
  section.open = true;
}));
addEventListener("afterprint", () => sections().forEach((section) => (section.open = section.dataset.closed !== "yes")));

// Each row a block, each value below the title of its column.
const title = (table) => {
  const titles = [...table.querySelectorAll("thead th")].map((cell) => cell.textContent.trim());
  for (const row of table.tBodies[0].rows) {
    let column = 0;
    for (const cell of row.cells) {
      if (cell.colSpan === 1) cell.dataset.title = titles[column];
      column += cell.colSpan;
    }
  }
};
const known = new WeakMap();
const widths = new ResizeObserver((changes) => requestAnimationFrame(() => {
  const changed = changes.filter(({ target, contentRect: { width } }) => width > 0 && known.get(target) !== width);
  changed.forEach(({ target, contentRect: { width } }) => known.set(target, width));
  const tables = changed.map(({ target }) => target.querySelector("table"));
  // all of them are changed before the first is measured: each change in between would lay the whole page out again
  tables.forEach((table) => table.classList.remove("stack"));
  const wide = tables.filter(({ parentElement: { scrollWidth, clientWidth } }) => scrollWidth > clientWidth);
  for (const table of wide) {
    title(table);
    table.classList.add("stack");
  }
  // only what scrolls is a stop of Tab
  for (const { parentElement: region } of tables) region.tabIndex = region.scrollWidth > region.clientWidth ? 0 : -1;
}));
document.querySelectorAll(".scroll:has(> table)").forEach((region) => widths.observe(region));

const save = (name, type, text) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
};

// The drawing that is shown, with the colours of now and a font of its own.
const drawing = (figure) => {
  const shown = [...figure.querySelectorAll("svg.chart")].find((svg) => svg.getBoundingClientRect().width > 0);
  const copy = shown.cloneNode(true);
  const { width, height } = shown.viewBox.baseVal;
  copy.setAttribute("xmlns", "http" + "://www.w3.org/2000/svg");
  copy.setAttribute("width", width);
  copy.setAttribute("height", height);
  const root = getComputedStyle(document.documentElement);
  const rules =
    `svg { background: ${root.getPropertyValue("--paper")}; font-family: sans-serif; stroke-width: 2 } path[stroke] { fill: none } ` +
    `polyline { fill: none } .strong { fill: ${root.getPropertyValue("--text")}; font-weight: bold } text { dominant-baseline: central }`;
  const style = document.createElementNS(copy.namespaceURI, "style");
  style.textContent = rules;
  copy.prepend(style);
  return new XMLSerializer().serializeToString(copy).replace(/var\((--[a-z0-9-]+)\)/g, (_, name) => root.getPropertyValue(name).trim());
};

const cell = (element) => {
  const copy = element.cloneNode(true);
  copy.querySelectorAll("[aria-hidden], abbr").forEach((sign) => sign.remove());
  copy.querySelectorAll("div").forEach((aside) => aside.replaceWith(` (${aside.textContent})`));
  const text = copy.textContent.replace(/\s+/g, " ").trim();
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};
const values = (figure) =>
  [...figure.querySelectorAll("details.data tr")].map((row) => [...row.cells].map(cell).join(",") + "\r\n").join("");

document.querySelectorAll("figure").forEach((figure, place) => {
  const name = `figure-${place + 1}`;
  const kinds = [["SVG", () => save(`${name}.svg`, "image/svg+xml", drawing(figure))]];
  if (figure.querySelector("details.data table")) kinds.push(["CSV", () => save(`${name}.csv`, "text/csv", values(figure))]);
  const line = document.createElement("p");
  line.className = "save";
  for (const [kind, act] of kinds) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `Save ${kind}`;
    button.setAttribute("aria-label", `Save ${kind} of ${name}`);
    button.addEventListener("click", act);
    line.append(button, " ");
  }
  figure.append(line);
});
reveal();
