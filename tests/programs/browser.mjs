// Opens each ledger's report and insists that it works, is accessible and runs nothing foreign.
import { chromium } from "playwright-core";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import assert from "node:assert";

const axe = readFileSync("node_modules/axe-core/axe.min.js", "utf8");
const browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: ["--no-sandbox"] });

/** A page that notes everything that it should not do. bypassCSP is for the checker's own script only. */
async function open(ledger, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => message.type() === "error" && troubles.push(message.text()));
  page.on("pageerror", (error) => troubles.push(String(error)));
  page.on("request", (request) => request.url().startsWith("file:") || troubles.push(`request: ${request.url()}`));
  page.on("dialog", (dialog) => troubles.push(`dialog: ${dialog.message()}`));
  await page.goto(pathToFileURL(`${ledger}/report.html`).href);
  return { page, troubles, context };
}

for (const ledger of process.argv.slice(2)) {
  const { page, troubles, context } = await open(ledger);
  const title = await page.title();
  const rows = page.locator("#table tbody tr");
  const visible = () => rows.filter({ visible: true }).count();
  const total = await rows.count();
  assert(total > 0, "the samples have exposures");
  assert.equal(await visible(), Math.min(total, 50));
  const requests = page.locator("#table thead th", { hasText: "Requests" });
  await requests.getByRole("button").focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.equal(await requests.getAttribute("aria-sort"), "descending");
  const shown = await rows.filter({ visible: true }).locator("td:nth-child(8)").evaluateAll((cells) => cells.map((cell) => Number(cell.dataset.v)));
  assert.deepEqual(shown, [...shown].sort((a, b) => b - a), "sorted by requests");
  await page.selectOption("#tier", "direct");
  const direct = await visible();
  assert(direct > 0 && direct <= total);
  await page.fill("#search", "no such text anywhere");
  assert.equal(await visible(), 0);
  assert.match(await page.locator("#status").textContent(), /^0 of 0 rows/);
  await page.fill("#search", "");
  await page.selectOption("#tier", "");
  if (total > 50) await page.click("#more-all");
  assert.equal(await visible(), total);
  assert.equal(await page.title(), title, "nothing foreign ran");
  assert.equal(await page.evaluate(() => document.querySelectorAll("script, img, iframe, object, embed, link").length), 1);
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert(!wide, "the page itself scrolls sideways");
  assert.deepEqual(troubles, []);
  await context.close();
  for (const colorScheme of ["light", "dark"]) {
    const checked = await open(ledger, { colorScheme, bypassCSP: true });
    await checked.page.evaluate(axe);
    await checked.page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
    const { violations } = await checked.page.evaluate(() => window.axe.run());
    for (const violation of violations) {
      console.log(`${ledger} ${colorScheme} ${violation.impact}: ${violation.id}: ${violation.help} (${violation.nodes.length}) ${violation.nodes[0].html.slice(0, 160)}`);
    }
    assert(!violations.some((violation) => ["serious", "critical"].includes(violation.impact)), "serious findings");
    await checked.context.close();
  }
  const phone = await open(ledger, { viewport: { width: 375, height: 800 } });
  const sideways = await phone.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
  assert(!sideways, "the page itself scrolls sideways on a telephone");
  await phone.context.close();
  console.log(`${ledger}: ${total} rows, fine`);
}

if (process.env.SHOTS) {
  const shot = async (name, options, clip) => {
    const { page, context } = await open(process.argv[2], options);
    if (name === "print") await page.emulateMedia({ media: "print" });
    await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, clip });
    await context.close();
  };
  await shot("light", { viewport: { width: 1200, height: 1450 }, deviceScaleFactor: 1 });
  await shot("dark", { viewport: { width: 1200, height: 1450 }, colorScheme: "dark" });
  await shot("phone", { viewport: { width: 390, height: 1450 } });
  await shot("print", { viewport: { width: 820, height: 1160 } });
}
await browser.close();
