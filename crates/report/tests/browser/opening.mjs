// How long does a page take to open? Milliseconds to the end of the load event, from a file, in a fresh tab each time:
//
//     node opening.mjs PAGE.html [TIMES]

import { statSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const [page, times = "9"] = process.argv.slice(2);
const browser = await launch();
try {
  const taken = [];
  for (let time = 0; time < Number(times); time += 1) {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await tab.goto(pathToFileURL(resolve(page)).href);
    const opened = await tab.evaluate(() => {
      const [entry] = performance.getEntriesByType("navigation");
      const [paint] = performance.getEntriesByName("first-contentful-paint");
      return { loaded: entry.loadEventEnd, painted: paint?.startTime ?? NaN };
    });
    taken.push(opened);
    await tab.close();
  }
  const median = (name) => Math.round(taken.map((opened) => opened[name]).sort((a, b) => a - b)[Math.floor(taken.length / 2)]);
  const most = Math.round(Math.max(...taken.map(({ loaded }) => loaded)));
  console.log(`${statSync(page).size} bytes: loaded in ${median("loaded")} ms (at most ${most}), painted after ${median("painted")} ms, median of ${taken.length}`);
} finally {
  await browser.close();
}
