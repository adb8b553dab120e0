import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { fill, Locale, sum, Timestamp } from '../../../sdk/js/src/index.js';
import { CLDR } from '../../../sdk/js/src/locale-data.js';
import { FakeHost } from '../../../sdk/js/src/testing.js';

const file = (/** @type {string} */ name) => readFileSync(new URL(`../../../sdk/${name}`, import.meta.url), 'utf8');
const cases = JSON.parse(file('locale-cases.json')).locales;

test('the embedded data is the excerpt of CLDR', () => {
  assert.deepEqual(CLDR, JSON.parse(file('locales.json')));
  assert.deepEqual(Object.keys(cases), Object.keys(CLDR.locales));
});

for (const [tag, expected] of Object.entries(cases)) {
  test(`dates, numbers, money and plurals are those of CLDR: ${tag}`, () => {
    const locale = new Locale(tag);
    for (const [date, medium, long] of expected.dates) {
      const at = Timestamp.parse(`${date}T23:59:59Z`);
      assert.deepEqual([locale.date(at), locale.longDate(at)], [medium, long], date);
    }
    for (const [value, digits, text] of expected.numbers) assert.equal(locale.number(value, digits), text, value);
    for (const [value, digits, text] of expected.percents) assert.equal(locale.percent(value, digits), text, value);
    for (const [amount, code, text] of expected.money) assert.equal(locale.money(amount, code), text, code);
    for (const [count, category] of expected.plurals) {
      assert.equal(locale.pluralCategory(count), category, String(count));
    }
  });
}

/** The language of a plugin that is chosen for what a seller reads. */
function chosen(/** @type {string[]} */ languages, /** @type {[string, ...string[]]} */ ...spoken) {
  return Locale.of(new FakeHost().context({ languages }), spoken).language;
}

test('the language that the seller reads best is chosen', () => {
  assert.equal(chosen(['it', 'fr', 'de'], 'en', 'de', 'fr'), 'fr');
  assert.equal(chosen(['de-AT'], 'en', 'de'), 'de');
  assert.equal(chosen(['DE-at'], 'en', 'de-AT', 'de'), 'de-AT');
  assert.equal(chosen(['pt-BR', 'en'], 'en', 'pt-PT'), 'pt-PT');
  assert.equal(chosen(['sw', '*'], 'en', 'de'), 'en');
});

test('a language with a region has the forms of its language, and an unknown one those of English', () => {
  assert.equal(new Locale('de-LU').number('1234.5', 1), '1.234,5');
  assert.equal(new Locale('no').number('1234.5', 1), new Locale('nb').number('1234.5', 1));
  assert.equal(new Locale('sw').number('1234.5', 1), '1,234.5');
  assert.equal(new Locale('sw').language, 'sw');
});

test('texts are chosen by language and by number', () => {
  const german = new Locale('de-AT');

  assert.equal(german.choose({ en: 'signed', de: 'unterschrieben' }), 'unterschrieben');
  assert.equal(german.choose({ en: 'signed', fr: 'signé' }), 'signed');
  assert.equal(new Locale('pl').plural(3, { one: 'podpis', few: 'podpisy', other: 'podpisów' }), 'podpisy');
  assert.equal(new Locale('pl').plural(5, { one: 'podpis', few: 'podpisy', other: 'podpisów' }), 'podpisów');
  assert.equal(german.plural(1.5, { one: 'a', other: 'b' }), 'b');
});

test('numbers of JavaScript are rounded by their decimal text', () => {
  const english = new Locale('en');

  assert.equal(english.number(1.005, 2), '1.00');
  assert.equal(english.number(1e21), '1,000,000,000,000,000,000,000');
  assert.equal(english.number(1.5e-7, 8), '0.00000015');
  assert.equal(english.number(-0.4), '0');
  assert.throws(() => english.number('12,5'), RangeError);
  assert.throws(() => english.number(NaN), RangeError);
});

test('texts have places for values', () => {
  assert.equal(fill('{signed} of {total}, {other} {signed}', { signed: 2, total: '$&' }), '2 of $&, {other} 2');
});

test('decimal numbers are added exactly', () => {
  assert.equal(sum(['0.1', '0.2']), '0.3');
  assert.equal(sum(['48000.00', 72000, '-0.005']), '119999.995');
  assert.equal(sum(['-1.50', '1.5']), '0.00');
  assert.equal(sum([1e21, 1]), '1000000000000000000001');
  assert.equal(sum([]), '0');
});
