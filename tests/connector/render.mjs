// Renders cards with Microsoft's own library, once for each reader of markdown: node render.mjs < cards.json
//
// Prints, for each card and reader, the blocks of text that a person sees, and the elements that markdown made of them.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { HtmlRenderer, Parser } from 'commonmark';
import { JSDOM } from 'jsdom';
import MarkdownIt from 'markdown-it';

const { window } = new JSDOM('<body></body>');
globalThis.window = window;
for (const name of ['document', 'HTMLElement', 'HTMLButtonElement', 'Node', 'DOMParser']) {
  globalThis[name] = window[name];
}
const { AdaptiveCard } = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');

const commonmark = { parser: new Parser(), renderer: new HtmlRenderer() };
const readers = {
  commonmark: (text) => commonmark.renderer.render(commonmark.parser.parse(text)),
  'markdown-it': (text) => new MarkdownIt().render(text),
  'markdown-it with HTML and links': (text) => new MarkdownIt({ html: true, linkify: true }).render(text),
};

// Renders a card as a client does, and collects what markdown made of each of its texts.
function render(card, reader) {
  const texts = [];
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = reader(text);
    result.didProcess = true;
    const block = window.document.createElement('div');
    block.innerHTML = result.outputHtml;
    const elements = [...block.querySelectorAll('*')].map((element) => element.tagName.toLowerCase());
    texts.push({ text: block.textContent.trimEnd(), elements: elements.filter((name) => name !== 'p') });
  };
  const parsed = new AdaptiveCard();
  parsed.parse(JSON.parse(card));
  const rendered = parsed.render();
  return { texts, shown: rendered.textContent, errors: parsed.validateProperties().validationEvents.length };
}

const cards = JSON.parse(readFileSync(0, 'utf8'));
const rendered = cards.flatMap((card) =>
  Object.entries(readers).map(([reader, read]) => ({ reader, ...render(card, read) })),
);
console.log(JSON.stringify(rendered));
