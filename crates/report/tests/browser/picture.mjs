// The figure of a page's answer as a PNG, as it stands in the README:
//
//     node picture.mjs PAGE.html PICTURE.png

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch } from "./chromium.mjs";

const [page, path] = process.argv.slice(2);
const browser = await launch();
try {
  const tab = await browser.newPage({ colorScheme: "light", viewport: { width: 1280, height: 900 } });
  await tab.goto(pathToFileURL(resolve(page)).href);
  await tab.locator("#answer figure .plot.wide").first().screenshot({ path });
} finally {
  await browser.close();
}
