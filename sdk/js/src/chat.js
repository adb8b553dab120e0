// Chat: skills, each with its parameters and its answer.

import { present } from './absent.js';
import { contextOf } from './context.js';
import { Failed } from './failure.js';
import { Timestamp } from './timestamp.js';

/** @import { CallContext, Context } from './context.js' */
/** @import { Card } from './cards.js' */
/** @import { ChatAnswer, ChatRequest, Skill as SkillRecord } from 'insight:provider/chat@1.0.0' */
/** @import { InputValue, Parameter as ParameterRecord, ParameterKind } from 'insight:provider/chat@1.0.0' */

/**
 * A parameter of a skill, whose values are of type `T`: `undefined` is one if the parameter may be left out.
 *
 * @template T
 * @typedef {object} Parameter
 * @property {ParameterKind} kind
 * @property {string} description
 * @property {boolean} required
 * @property {readonly string[]} choices
 * @property {T} [value] never there: it keeps the type
 */

/**
 * Values of parameters.
 *
 * @template {Record<string, Parameter<any>>} P
 * @typedef {{ [K in keyof P]: P[K] extends Parameter<infer T> ? T : never }} Inputs
 */

/**
 * The answer of a skill. No cards mean that nothing was found.
 *
 * @typedef {object} Answer
 * @property {Card[]} cards cards in the order to show
 * @property {string | undefined} [text] the answer in words, for agents that read rather than show cards
 * @property {object | undefined} [data] the same as JSON, for agents that reason over it
 * @property {string | undefined} [language] language of the texts, as a BCP 47 tag
 */

/**
 * A question that the plugin can answer.
 *
 * @typedef {object} Skill
 * @property {string} title title for people
 * @property {string} description what it answers; the agent decides by this
 * @property {Record<string, Parameter<any>>} parameters
 * @property {(context: Context, inputs: any) => Answer} answer
 */

/**
 * Answers questions in the chat, each by the skill of its name.
 *
 * @param {Record<string, Skill>} skills
 * @returns {{ skills(): SkillRecord[], answer(context: CallContext, request: ChatRequest): ChatAnswer }}
 *
 * @example
 * export const chat = defineChat({
 *   'open-cases': skill({
 *     title: 'Chat about open cases',
 *     description: 'Finds the open cases of an account.',
 *     parameters: { accountName: required.text('Name of the account, such as Fourth Coffee') },
 *     answer: (context, { accountName }) => ({ cards: casesOf(accountName).map(toCard), language: 'en' }),
 *   }),
 * });
 */
export function defineChat(skills) {
  return {
    skills: () => Object.entries(skills).map(([name, { title, description, parameters }]) => ({
      name,
      title,
      description,
      parameters: Object.entries(parameters).map(([parameter, is]) => recordOf(parameter, is)),
    })),
    answer(context, { skill: name, inputs }) {
      const asked = Object.hasOwn(skills, name) ? skills[name] : undefined;
      if (!asked) throw new Failed(`there is no skill \`${name}\``);
      const values = Object.fromEntries(inputs.map((input) => [input.name, valueOf(input.value)]));
      const { cards, text, data, language } = asked.answer(contextOf(context), values);
      if (!Array.isArray(cards)) throw new TypeError('a skill returns `cards`, and is no async function');
      return present({ text, data: data && JSON.stringify(data), cards, language });
    },
  };
}

/**
 * Returns a skill. The values that its answer gets have the types of its parameters.
 *
 * @template {Record<string, Parameter<any>>} P
 * @param {object} skill
 * @param {string} skill.title title for people, such as `Chat about open cases`
 * @param {string} skill.description what it answers; the agent decides by this whether to use it
 * @param {P} skill.parameters what it needs to know, by names in camel case
 * @param {(context: Context, inputs: Inputs<P>) => Answer} skill.answer
 * @returns {Skill}
 */
export function skill(skill) {
  return skill;
}

/** Parameters that a skill needs: the host refuses questions without them. */
export const required = {
  /** @type {(description: string) => Parameter<string>} */
  text: (description) => parameter('text', description, true),
  /** @type {(description: string) => Parameter<number>} */
  integer: (description) => parameter('integer', description, true),
  /** @type {(description: string) => Parameter<number>} */
  number: (description) => parameter('number', description, true),
  /** @type {(description: string) => Parameter<boolean>} */
  boolean: (description) => parameter('boolean', description, true),
  /** @type {(description: string) => Parameter<Timestamp>} */
  instant: (description) => parameter('instant', description, true),
  /** @type {<const C extends string>(description: string, choices: readonly C[]) => Parameter<C>} */
  choice: (description, choices) => parameter('choice', description, true, choices),
};

/** Parameters that may be left out. */
export const optional = {
  /** @type {(description: string) => Parameter<string | undefined>} */
  text: (description) => parameter('text', description, false),
  /** @type {(description: string) => Parameter<number | undefined>} */
  integer: (description) => parameter('integer', description, false),
  /** @type {(description: string) => Parameter<number | undefined>} */
  number: (description) => parameter('number', description, false),
  /** @type {(description: string) => Parameter<boolean | undefined>} */
  boolean: (description) => parameter('boolean', description, false),
  /** @type {(description: string) => Parameter<Timestamp | undefined>} */
  instant: (description) => parameter('instant', description, false),
  /** @type {<const C extends string>(description: string, choices: readonly C[]) => Parameter<C | undefined>} */
  choice: (description, choices) => parameter('choice', description, false, choices),
};

/**
 * @template T
 * @param {ParameterKind} kind
 * @param {string} description
 * @param {boolean} isRequired
 * @param {readonly string[]} [choices]
 * @returns {Parameter<T>}
 */
function parameter(kind, description, isRequired, choices = []) {
  return { kind, description, required: isRequired, choices };
}

/**
 * @param {string} name
 * @param {Parameter<any>} parameter
 * @returns {ParameterRecord}
 */
function recordOf(name, { kind, description, required: isRequired, choices }) {
  return { name, description, kind, required: isRequired, choices: [...choices] };
}

/** @param {InputValue} input */
function valueOf(input) {
  return input.tag === 'instant' ? Timestamp.parse(input.val) : input.val;
}
