/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/chat@1.0.0' {
  /**
   * Lists the skills, at most 64. Called once, when the plugin is loaded; a
   * skill that breaks a rule prevents the load.
   */
  export function skills(): Array<Skill>;
  /**
   * Answers a question by a skill.
   */
  export function answer(context: CallContext, request: ChatRequest): ChatAnswer;
  export type CallContext = import('insight:provider/insight-types@1.0.0').CallContext;
  export type Failure = import('insight:provider/insight-types@1.0.0').Failure;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  export type Timestamp = import('insight:provider/insight-types@1.0.0').Timestamp;
  /**
   * The kind of a parameter.
   * # Variants
   * 
   * ## `"text"`
   * 
   * Text (`string`).
   * ## `"integer"`
   * 
   * A whole number of 32 bits (`int`).
   * ## `"number"`
   * 
   * A number with a fraction (`double`).
   * ## `"boolean"`
   * 
   * Yes or no (`boolean`).
   * ## `"instant"`
   * 
   * An instant (`date-time`), as a `timestamp`.
   * ## `"choice"`
   * 
   * One of the parameter's `choices`.
   */
  export type ParameterKind = 'text' | 'integer' | 'number' | 'boolean' | 'instant' | 'choice';
  /**
   * Something a skill needs to know.
   */
  export interface Parameter {
    /**
     * Name in camel case, such as `accountName`: a letter, then up to 63
     * letters, digits and underscores. Unique within the skill, whatever the
     * letter case, and not `connectorId`, which the agent reserves.
     */
    name: string,
    /**
     * What it is, in 1 to 2,000 characters. The agent decides by this what to
     * fill in.
     */
    description: string,
    /**
     * Its kind.
     */
    kind: ParameterKind,
    /**
     * Whether the skill needs it. The host refuses questions without it.
     */
    required: boolean,
    /**
     * What may be chosen, for a `choice`: 1 to 100 texts of 1 to 256
     * characters, no two alike whatever the letter case. Empty otherwise.
     */
    choices: Array<string>,
  }
  /**
   * A question the plugin can answer.
   */
  export interface Skill {
    /**
     * Names it in the URL and in the connector: lower-case kebab, 1 to 64
     * characters, unique within the plugin, such as `key-stakeholders`.
     */
    name: string,
    /**
     * Title for people, such as `Chat about key stakeholders`: 1 to 128
     * characters.
     */
    title: string,
    /**
     * What it answers, in 1 to 2,000 characters. The agent decides by this
     * whether to use it.
     */
    description: string,
    /**
     * What it needs to know: at most 32 parameters.
     */
    parameters: Array<Parameter>,
  }
  /**
   * A value of each kind.
   */
  export type InputValue = InputValueText | InputValueInteger | InputValueNumber | InputValueBoolean | InputValueInstant | InputValueChoice;
  /**
   * Text, not empty, of at most 4,096 characters.
   */
  export interface InputValueText {
    tag: 'text',
    val: string,
  }
  /**
   * A whole number.
   */
  export interface InputValueInteger {
    tag: 'integer',
    val: number,
  }
  /**
   * A finite number.
   */
  export interface InputValueNumber {
    tag: 'number',
    val: number,
  }
  /**
   * Yes or no.
   */
  export interface InputValueBoolean {
    tag: 'boolean',
    val: boolean,
  }
  /**
   * An instant, in UTC and to the second.
   */
  export interface InputValueInstant {
    tag: 'instant',
    val: Timestamp,
  }
  /**
   * One of the choices, as the parameter writes it.
   */
  export interface InputValueChoice {
    tag: 'choice',
    val: string,
  }
  /**
   * The value of a parameter.
   */
  export interface Input {
    /**
     * Name of the parameter.
     */
    name: string,
    /**
     * Its value, of the parameter's kind.
     */
    value: InputValue,
  }
  /**
   * The question.
   */
  export interface ChatRequest {
    /**
     * Name of the skill, one of those that `skills` lists.
     */
    skill: string,
    /**
     * Values of its parameters, in their order; those not filled in are left
     * out.
     */
    inputs: Array<Input>,
  }
  /**
   * Bullet points under a title.
   */
  export interface Section {
    /**
     * Title, at most three words and 64 characters.
     */
    title: string,
    /**
     * One to five sentences, a bullet each, of at most 500 characters. The
     * host leaves out those beyond.
     */
    bullets: Array<string>,
  }
  /**
   * Content of a card; what is absent or empty takes no space.
   */
  export interface CardContent {
    /**
     * Address of a logo.
     */
    logoUrl?: string,
    /**
     * One paragraph, at most 230 characters.
     */
    text?: string,
    /**
     * Facts, as a table of names and values.
     */
    facts: Properties,
    /**
     * Sections below, at most ten.
     */
    sections: Array<Section>,
  }
  /**
   * What a card shows.
   */
  export type CardBody = CardBodyAdaptiveCard | CardBodyContent;
  /**
   * An Adaptive Card of version 1.5, as JSON: at most 40 KiB, unless set
   * otherwise, and 10,000 values. If it is malformed, the host leaves the
   * card out. It leaves out parts of it that lead elsewhere than to the web.
   */
  export interface CardBodyAdaptiveCard {
    tag: 'adaptive-card',
    val: string,
  }
  /**
   * Content that the host lays out as an Adaptive Card.
   */
  export interface CardBodyContent {
    tag: 'content',
    val: CardContent,
  }
  /**
   * A card about one record or topic.
   */
  export interface Card {
    /**
     * Title, such as the name of the record, at most 256 characters.
     */
    title: string,
    /**
     * Line below the title, at most 256 characters.
     */
    subtitle?: string,
    /**
     * Where the record or topic opens in the partner's application.
     */
    url?: string,
    /**
     * Text of the button that opens it from a card that the host lays out, such
     * as `Open contract`, at most 64 characters. If none, the host names the
     * plugin's title.
     */
    urlLabel?: string,
    /**
     * What the card shows.
     */
    body: CardBody,
  }
  /**
   * The answer.
   */
  export interface ChatAnswer {
    /**
     * The answer in words, for agents that read rather than show cards: at
     * most 10,000 characters, line breaks included. If none, the host makes it
     * from the cards.
     */
    text?: string,
    /**
     * The same as a JSON object, for agents that reason over it: at most
     * 64 KiB and 10,000 values. If it is malformed, the host leaves it out. An
     * agent gets it if text, cards and it have at most 16 KiB together, unless
     * set otherwise.
     */
    data?: string,
    /**
     * Cards in the order to show: at most 50. None means that nothing was
     * found, unless there is text or data.
     */
    cards: Array<Card>,
    /**
     * Language of the texts, as a BCP 47 tag.
     */
    language?: string,
  }
}
