// Fills in templates of cards and renders them with Microsoft's own libraries: node fill.mjs [html] < templates.json
//
// Prints, for each card, the lines of text that a person sees, and how many links there are among them; with `html`, a
// page of all cards.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';
import MarkdownIt from 'markdown-it';

const { window } = new JSDOM('<body></body>');
globalThis.window = window;
for (const name of ['document', 'HTMLElement', 'HTMLButtonElement', 'Node', 'DOMParser']) {
  globalThis[name] = window[name];
}
// Runs of text are set by a property that this DOM does not have.
Object.defineProperty(window.HTMLElement.prototype, 'innerText', {
  set(text) {
    this.textContent = text;
  },
});
const require = createRequire(import.meta.url);
const { AdaptiveCard } = require('adaptivecards/dist/adaptivecards.js');
const { Template } = require('adaptivecards-templating');

// As clients do that read markdown generously.
AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = new MarkdownIt({ html: true, linkify: true }).render(text);
  result.didProcess = true;
};

function fill({ template, data }) {
  const card = new AdaptiveCard();
  card.parse(new Template(template).expand({ $root: data }));
  const rendered = card.render();
  const lines = [...rendered.querySelectorAll('.ac-textBlock, .ac-richTextBlock')];
  return {
    html: rendered.outerHTML,
    texts: lines.map((block) => block.textContent.trim()),
    links: rendered.querySelectorAll('a').length,
    errors: card.validateProperties().validationEvents.length,
  };
}

const cards = JSON.parse(readFileSync(0, 'utf8')).map(fill);
if (process.argv[2] === 'html') {
  const framed = cards.map(({ html }) => `<div style="border:1px solid #ccc;margin:8px;width:400px">${html}</div>`);
  console.log(`<meta charset="utf-8"><div style="display:flex;flex-wrap:wrap">${framed.join('')}</div>`);
} else {
  console.log(JSON.stringify(cards.map(({ texts, links, errors }) => ({ texts, links, errors }))));
}
