// Does a page hold in a real browser?
//
//     node check.mjs PAGES.json [SCREENSHOTS]
//
// PAGES.json lists what to open: [{"name", "file", "shown": [texts that a reader must find], "saved": [fields that a
// saved CSV must have]}]. One line per page on stdout, then one per fault; exit code 1 where there is a fault. With SCREENSHOTS, a folder, every page is also
// pictured there at three widths, light and dark.

import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { createRequire } from "node:module";
import { launch } from "./chromium.mjs";

const WIDTHS = [320, 400, 768, 1280, 1920];
const PICTURED = [400, 1280, 1920];
const MOST_BYTES = 2_000_000;
// an A4 sheet less margins of 1 cm, in CSS pixels
const SHEET = { width: 718, height: 1046 };

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const [manifest, screenshots] = process.argv.slice(2);
const browser = await launch();
const faults = new Set();
try {
  for (const page of JSON.parse(readFileSync(manifest, "utf8"))) await check(page);
} finally {
  await browser.close();
}
for (const fault of faults) console.log(`fault: ${fault}`);
process.exitCode = faults.size > 0 ? 1 : 0;

async function check({ name, file, shown, saved }) {
  const url = pathToFileURL(resolve(file)).href;
  const bytes = statSync(file).size;
  const fault = (text) => faults.add(`${name}: ${text}`);
  if (bytes >= MOST_BYTES) fault(`${bytes} bytes`);
  let loaded = 0;
  let targets = 0;
  let sheets = 0;
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    const here = (text) => fault(`${colorScheme}: ${text}`);
    watch(page, url, here);
    await page.goto(url);
    if (colorScheme === "light") loaded = await page.evaluate(() => performance.getEntriesByType("navigation")[0].loadEventEnd);
    await readable(page, shown, here);
    await harmless(page, here);
    if (screenshots) await picture(page, name, colorScheme);
    // neither depends on colours
    if (colorScheme === "light") {
      await widths(page, "closed", here);
      await links(page, here);
      targets = await keyboard(page, here);
      await tooltips(page, here);
      await files(page, saved, here);
    }
    sheets = await paper(page, here);
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    await page.setViewportSize({ width: 1280, height: 900 });
    await accessible(page, here);
    if (colorScheme === "light") await widths(page, "opened", here);
    await context.close();
  }
  console.log(`page ${name}: ${bytes} bytes, loaded in ${Math.round(loaded)} ms, ${targets} stops of Tab, ${sheets} sheets`);
}

// Nothing is logged, nothing asked for, nobody's script runs.
function watch(page, url, fault) {
  page.on("console", (message) => fault(`console ${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => fault(`script error: ${error.message}`));
  page.on("dialog", (dialog) => {
    fault(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== url) fault(`request of ${request.url()}`);
  });
}

// What the record says can be read, as it was written.
async function readable(page, shown, fault) {
  const text = await page.evaluate(() => document.body.textContent);
  for (const wanted of shown) if (!text.includes(wanted)) fault(`does not show ${JSON.stringify(wanted)}`);
}

// Only elements that can neither run nor load anything, and only attributes that cannot either.
async function harmless(page, fault) {
  const found = await page.evaluate(() => {
    // the page's own script is one, and its policy lets no other one run
    const active = "script[src], script ~ script, iframe, object, embed, img, link, base, form, input:not([type=radio]), video, audio, foreignObject, use, image, animate, set";
    const elements = [...document.querySelectorAll(active)].map((element) => element.localName);
    const handlers = [...document.querySelectorAll("*")].flatMap((element) =>
      element.getAttributeNames().filter((attribute) => attribute.startsWith("on") || ["src", "srcset", "srcdoc"].includes(attribute)),
    );
    const links = [...document.querySelectorAll("a[href]")].map((a) => a.getAttribute("href")).filter((href) => !/^(#|https:\/\/|record\.json$)/.test(href));
    const scripts = document.scripts.length === 1 ? [] : [`${document.scripts.length} scripts`];
    return [...elements, ...handlers, ...links, ...scripts];
  });
  if (found.length > 0) fault(`holds ${found.join(", ")}`);
}

// axe-core finds nothing serious, with all that can be opened open.
async function accessible(page, fault) {
  await page.evaluate(axe);
  const violations = await page.evaluate(async () => {
    const results = await globalThis.axe.run(document, { resultTypes: ["violations"] });
    return results.violations.map(({ id, impact, help, nodes }) => ({
      id,
      impact,
      help,
      count: nodes.length,
      first: nodes[0].target.join(" "),
      why: nodes[0].failureSummary,
    }));
  });
  for (const { id, impact, help, count, first, why } of violations) {
    if (["serious", "critical"].includes(impact)) fault(`axe ${impact} ${id} (${help}) at ${count}: ${first}: ${why}`);
  }
}

// A table is measured in the frame after the one that gave it its width.
async function settled(page) {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))));
}

// Nothing is wider than the screen, no table is cut, and each figure shows one of its drawings, whole.
async function widths(page, state, fault) {
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 900 });
    await settled(page);
    for (const problem of new Set(await page.evaluate(layout))) fault(`${state}, ${width} px: ${problem}`);
  }
}

// Runs in the page.
function layout() {
  const problems = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) {
    const wide = [...document.querySelectorAll("body *")].find((element) => {
      const scrolls = element.closest(".scroll, pre, svg, .skip");
      return (!scrolls || scrolls === element) && element.getBoundingClientRect().right > root.clientWidth + 1;
    });
    problems.push(`scrolls sideways, ${root.scrollWidth} px wide, at ${wide?.outerHTML.slice(0, 120)}`);
  }
  for (const region of document.querySelectorAll(".scroll")) {
    if (region.scrollWidth > region.clientWidth + 1 && region.checkVisibility({ contentVisibilityAuto: true })) {
      problems.push(`a table is cut, ${region.scrollWidth} px in ${region.clientWidth}: ${region.getAttribute("aria-label")}`);
    }
  }
  for (const table of document.querySelectorAll("table.stack")) {
    const titles = [...table.tHead.rows[0].cells].flatMap((cell) => Array(cell.colSpan).fill(cell.textContent.trim()));
    for (const cell of table.querySelectorAll("tbody :is(th, td):not([colspan], :empty)")) {
      const place = [...cell.parentElement.cells].slice(0, cell.cellIndex).reduce((sum, { colSpan }) => sum + colSpan, 0);
      if (cell.dataset.title !== titles[place]) problems.push(`a cell is not titled ${titles[place]}: ${cell.outerHTML.slice(0, 120)}`);
    }
  }
  for (const figure of document.querySelectorAll("figure")) {
    if (!figure.checkVisibility({ contentVisibilityAuto: true })) continue;
    const drawn = [...figure.querySelectorAll("svg")].filter((svg) => svg.getBoundingClientRect().width > 0);
    if (drawn.length === 0) problems.push(`a figure without a drawing: ${figure.textContent.trim().slice(0, 60)}`);
    for (const svg of drawn) {
      const box = svg.getBoundingClientRect();
      const name = svg.getAttribute("aria-label");
      if (box.left < 0 || box.right > root.clientWidth + 1) problems.push(`a drawing sticks out: ${name}`);
      // a label may reach into the margin of the page, since drawings do not clip; it must not leave the page
      const clips = getComputedStyle(svg).overflowX !== "visible";
      const [from, to] = clips ? [box.left - 1, box.right + 1] : [0, root.clientWidth];
      for (const text of svg.querySelectorAll("text")) {
        const { left, right } = text.getBoundingClientRect();
        if (left < from || right > to) problems.push(`a label is cut off: ${text.textContent.trim()} in ${name}`);
      }
    }
  }
  return problems;
}

// A link to a closed section opens it; afterwards all are open.
async function links(page, fault) {
  const closed = await page.evaluate(() => [...document.querySelectorAll("section:has(> details.section)")].map((section) => section.id));
  const shut = await page.evaluate(async (ids) => {
    const shut = [];
    for (const id of ids) {
      document.querySelector(`nav a[href="#${id}"]`).click();
      const details = document.querySelector(`#${id} > details`);
      for (let turn = 0; turn < 400 && !details.open; turn += 1) await new Promise((done) => setTimeout(done, 25));
      if (!details.open) shut.push(id);
    }
    return shut;
  }, closed);
  for (const id of shut) fault(`the link to ${id} does not open it`);
  // afresh, so that Tab begins at the top
  await page.goto(page.url().split("#")[0]);
  await page.evaluate(() => document.querySelectorAll("details.section").forEach((section) => (section.open = true)));
}

// Each figure can be saved as a picture that stands for itself, and its data as rows of equally many values.
async function files(page, wanted, fault) {
  const saved = await page.evaluate(async () => {
    const files = [];
    const create = URL.createObjectURL;
    URL.createObjectURL = (blob) => (files.push(blob), create.call(URL, blob));
    HTMLAnchorElement.prototype.click = () => {};
    for (const button of document.querySelectorAll("figure .save button")) if (button.checkVisibility()) button.click();
    return Promise.all(files.map(async (file) => ({ type: file.type, text: await file.text() })));
  });
  const figures = await page.locator("figure .plot").count();
  if (figures > 0 && saved.length === 0) fault("no figure can be saved");
  for (const { type, text } of saved) {
    const root = type === "image/svg+xml" ? await page.evaluate((text) => new DOMParser().parseFromString(text, "image/svg+xml").documentElement.localName, text) : null;
    if (root !== null && (root !== "svg" || text.includes("var(--"))) fault(`a saved figure is no picture: ${text.slice(0, 120)}`);
    if (type === "text/csv") for (const problem of malformed(text)) fault(`saved data ${problem}`);
  }
  const found = new Set(saved.filter(({ type }) => type === "text/csv").flatMap(({ text }) => text.split("\r\n").flatMap((line) => fields(line) ?? [])));
  for (const field of wanted) if (!found.has(field)) fault(`no saved data have the field ${JSON.stringify(field)}`);
}

// What is wrong with a CSV: all its rows have as many fields as the first, and there are two at least.
function malformed(text) {
  const rows = text.split("\r\n").filter((line) => line !== "");
  if (rows.length < 2) return [`without rows: ${text.slice(0, 120)}`];
  const columns = fields(rows[0])?.length;
  return rows.filter((line) => fields(line)?.length !== columns || columns === undefined).map((line) => `with a row of other than ${columns} fields: ${line}`);
}

// The fields of a line of CSV; null where a quote stands at a wrong place.
function fields(line) {
  const field = /("(?:[^"]|"")*"|[^",]*)(,|$)/y;
  const found = [];
  for (;;) {
    const match = field.exec(line);
    if (!match) return null;
    found.push(match[1].startsWith('"') ? match[1].slice(1, -1).replaceAll('""', '"') : match[1]);
    if (match[2] === "") return found;
  }
}

// Tab stops at everything that can be focused, in the order of the page, and each stop can be seen and says what it is.
async function keyboard(page, fault) {
  await settled(page);
  const expected = await page.evaluate(() => {
    // of the values of a figure only the first: they are one stop, and arrow keys go from one to the next
    const all = [...document.querySelectorAll('a[href], summary, button, [tabindex="0"], [role=radiogroup] > :first-child')];
    const reachable = all.filter((element) => element.checkVisibility({ visibilityProperty: true, contentVisibilityAuto: true }));
    reachable.forEach((element, place) => (element.dataset.stop = String(place)));
    return reachable.length;
  });
  for (let stop = 0; stop < expected; stop += 1) {
    await page.keyboard.press("Tab");
    const problem = await page.evaluate(focused, stop);
    if (problem) fault(`Tab ${stop + 1}: ${problem}`);
    if (problem?.startsWith("stands on")) break;
    await arrows(page, fault);
  }
  await page.evaluate(() => document.activeElement?.blur());
  return expected;
}

// Where the focus stands on the first value of a figure: the arrow key goes through all of them, and each says what it is.
// The page itself notes where the focus goes: asking after every key would take minutes where there are thousands of values.
async function arrows(page, fault) {
  const values = await page.evaluate(() => {
    const group = document.activeElement.closest("[role=radiogroup]");
    globalThis.reached = [];
    group?.addEventListener("focusin", (event) => globalThis.reached.push(event.target));
    return group?.children.length ?? 0;
  });
  for (let place = 1; place < values; place += 1) await page.keyboard.press("ArrowRight");
  if (values === 0) return;
  await page.evaluate(`globalThis.inspected = ${focused}`);
  const { reached, problems } = await page.evaluate(() => {
    const reached = [...globalThis.reached];
    const problems = reached.flatMap((element, place) => {
      if (element !== element.parentElement.children[place + 1]) return [`an arrow key leads elsewhere than to value ${place + 2}`];
      element.focus({ preventScroll: true });
      return globalThis.inspected(null) ?? [];
    });
    return { reached: reached.length, problems };
  });
  if (reached !== values - 1) fault(`arrow keys reach ${reached + 1} of ${values} values of a figure`);
  for (const problem of new Set(problems)) fault(`values of a figure: ${problem}`);
}

// At the least widths no tooltip leaves the screen. Made by the style sheet, it has no box to ask for: its place is computed.
async function tooltips(page, fault) {
  for (const width of [320, 400]) {
    await page.setViewportSize({ width, height: 900 });
    const problems = await page.evaluate(() => {
      const found = [];
      for (const target of document.querySelectorAll(".targets input")) {
        if (!target.checkVisibility()) continue;
        target.focus({ preventScroll: true });
        const style = getComputedStyle(target, "::after");
        const box = target.getBoundingClientRect();
        const size = ["width", "paddingLeft", "paddingRight", "borderLeftWidth", "borderRightWidth"];
        const border = style.boxSizing === "border-box" ? size.slice(0, 1) : size;
        const wide = border.reduce((sum, name) => sum + Number.parseFloat(style[name]), 0);
        const shift = style.transform === "none" ? 0 : new DOMMatrix(style.transform).m41;
        const left = box.left + Number.parseFloat(style.left) + shift;
        if (!(left >= 0 && left + wide <= document.documentElement.clientWidth)) {
          found.push(`a tooltip from ${left} to ${left + wide}: ${target.getAttribute("aria-label")}`);
        }
      }
      document.activeElement?.blur();
      return found;
    });
    for (const problem of problems.slice(0, 5)) fault(`${width} px: ${problem}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

// Runs in the page: what is wrong with where the focus is; the number of the stop is asked for where there is one.
function focused(stop) {
  const element = document.activeElement;
  if (stop !== null && element?.dataset.stop !== String(stop)) {
    const wanted = document.querySelector(`[data-stop="${stop}"]`);
    return `stands on ${element?.outerHTML.slice(0, 100)}, not on ${wanted?.outerHTML.slice(0, 100)}`;
  }
  const name = (element.getAttribute("aria-label") ?? element.getAttribute("title") ?? element.textContent).trim();
  if (!name) return `nameless: ${element.outerHTML.slice(0, 100)}`;
  const style = getComputedStyle(element);
  if (style.outlineStyle === "none" || Number.parseFloat(style.outlineWidth) === 0) return `the focus cannot be seen on ${name}`;
  const inDrawing = element.closest("figure") && !element.closest("details.data, figcaption, .save");
  if (!inDrawing) return null;
  // the tooltip: made by the style sheet, or an element inside
  const seen = (style) => style.display !== "none" && style.visibility !== "hidden" && Number.parseFloat(style.opacity) > 0;
  const made = ["::before", "::after"]
    .map((part) => getComputedStyle(element, part))
    .filter((style) => seen(style) && !["none", "normal", '""'].includes(style.content))
    .map((style) => style.content);
  const inside = [...element.querySelectorAll("*")].filter(
    (child) => child.textContent.trim() && child.localName !== "title" && child.checkVisibility({ opacityProperty: true, visibilityProperty: true }),
  );
  if (made.length === 0 && inside.length === 0) return `no tooltip on ${name}`;
  for (const child of inside) {
    const box = child.getBoundingClientRect();
    if (box.left < 0 || box.right > document.documentElement.clientWidth) return `the tooltip sticks out on ${name}`;
  }
  return null;
}

// On paper: light, nothing cut off, no figure higher than a sheet, no half of a table hidden behind a scroll bar.
async function paper(page, fault) {
  await page.emulateMedia({ media: "print" });
  await page.setViewportSize(SHEET);
  for (const problem of await page.evaluate(layout)) fault(`print: ${problem}`);
  const problems = await page.evaluate((sheet) => {
    const found = [];
    const back = getComputedStyle(document.body).backgroundColor;
    if (back !== "rgb(255, 255, 255)") found.push(`the paper is ${back}`);
    for (const figure of document.querySelectorAll("figure")) {
      const height = figure.getBoundingClientRect().height;
      if (height > sheet.height) found.push(`a figure ${Math.round(height)} px high: ${figure.textContent.trim().slice(0, 60)}`);
    }
    for (const element of document.querySelectorAll(".scroll, pre")) {
      const right = Math.max(0, ...[...element.querySelectorAll("table, code")].map((inner) => inner.getBoundingClientRect().right));
      if (element.checkVisibility() && right > sheet.width + 1) found.push(`cut off on the right: ${element.getAttribute("aria-label") ?? element.textContent.slice(0, 60)}`);
    }
    return found;
  }, SHEET);
  for (const problem of problems) fault(`print: ${problem}`);
  const pdf = await page.pdf({ format: "A4", margin: { top: "1cm", bottom: "1cm", left: "1cm", right: "1cm" } });
  return pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g)?.length ?? 0;
}

async function picture(page, name, colorScheme) {
  mkdirSync(screenshots, { recursive: true });
  for (const width of PICTURED) {
    await page.setViewportSize({ width, height: 900 });
    await page.screenshot({ path: join(screenshots, `${name}-${width}-${colorScheme}.png`), fullPage: true });
  }
}
