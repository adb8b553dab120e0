import { Timestamp } from './timestamp.js';
import type { CallContext, Context } from './context.js';
import type { Card } from './cards.js';
import type { ChatAnswer, ChatRequest, Skill as SkillRecord } from 'insight:provider/chat@1.0.0';
import type { ParameterKind } from 'insight:provider/chat@1.0.0';
export type Parameter<T> = {
    kind: ParameterKind;
    description: string;
    required: boolean;
    choices: readonly string[];
    /**
     * never there: it keeps the type
     */
    value?: T;
};
export type Inputs<P extends Record<string, Parameter<any>>> = {
    [K in keyof P]: P[K] extends Parameter<infer T> ? T : never;
};
export type Answer = {
    /**
     * cards in the order to show
     */
    cards: Card[];
    /**
     * the answer in words, for agents that read rather than show cards
     */
    text?: string | undefined;
    /**
     * the same as JSON, for agents that reason over it
     */
    data?: object | undefined;
    /**
     * language of the texts, as a BCP 47 tag
     */
    language?: string | undefined;
};
export type Skill = {
    /**
     * title for people
     */
    title: string;
    /**
     * what it answers; the agent decides by this
     */
    description: string;
    parameters: Record<string, Parameter<any>>;
    answer: (context: Context, inputs: any) => Answer;
};
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
export declare function defineChat(skills: Record<string, Skill>): {
    skills(): SkillRecord[];
    answer(context: CallContext, request: ChatRequest): ChatAnswer;
};
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
export declare function skill<P extends Record<string, Parameter<any>>>(skill: {
    title: string;
    description: string;
    parameters: P;
    answer: (context: Context, inputs: Inputs<P>) => Answer;
}): Skill;
/** Parameters that a skill needs: the host refuses questions without them. */
export declare const required: {
    /** @type {(description: string) => Parameter<string>} */
    text: (description: string) => Parameter<string>;
    /** @type {(description: string) => Parameter<number>} */
    integer: (description: string) => Parameter<number>;
    /** @type {(description: string) => Parameter<number>} */
    number: (description: string) => Parameter<number>;
    /** @type {(description: string) => Parameter<boolean>} */
    boolean: (description: string) => Parameter<boolean>;
    /** @type {(description: string) => Parameter<Timestamp>} */
    instant: (description: string) => Parameter<Timestamp>;
    /** @type {<const C extends string>(description: string, choices: readonly C[]) => Parameter<C>} */
    choice: <const C extends string>(description: string, choices: readonly C[]) => Parameter<C>;
};
/** Parameters that may be left out. */
export declare const optional: {
    /** @type {(description: string) => Parameter<string | undefined>} */
    text: (description: string) => Parameter<string | undefined>;
    /** @type {(description: string) => Parameter<number | undefined>} */
    integer: (description: string) => Parameter<number | undefined>;
    /** @type {(description: string) => Parameter<number | undefined>} */
    number: (description: string) => Parameter<number | undefined>;
    /** @type {(description: string) => Parameter<boolean | undefined>} */
    boolean: (description: string) => Parameter<boolean | undefined>;
    /** @type {(description: string) => Parameter<Timestamp | undefined>} */
    instant: (description: string) => Parameter<Timestamp | undefined>;
    /** @type {<const C extends string>(description: string, choices: readonly C[]) => Parameter<C | undefined>} */
    choice: <const C extends string>(description: string, choices: readonly C[]) => Parameter<C | undefined>;
};
