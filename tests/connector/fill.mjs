// Fills in templates of cards and renders them with Microsoft's own libraries: node fill.mjs < templates.json
//
// Prints, for each card, the lines of text that a person sees, and how many links there are among them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { JSDOM } from 'jsdom';
import MarkdownIt from 'markdown-it';

const { window } = new JSDOM('<body></body>');
globalThis.window = window;
for (const name of ['document', 'HTMLElement', 'HTMLButtonElement', 'Node', 'DOMParser']) {
  globalThis[name] = window[name];
}
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
  const blocks = [...rendered.querySelectorAll('.ac-textBlock, .ac-richTextBlock, .ac-textRun')];
  const lines = blocks.filter((block) => !block.parentElement.closest('.ac-textBlock, .ac-richTextBlock'));
  return {
    texts: lines.map((block) => block.textContent.trim()),
    links: rendered.querySelectorAll('a').length,
    errors: card.validateProperties().validationEvents.length,
  };
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(fill)));
