// Failures: exceptions that reach the host as the failure of the interface.

/** @typedef {import('insight:provider/insight-types@1.0.0').Failure} FailureVariant */

/**
 * An exception that the host gets as a failure of the interface. Texts reach the host's log, never the seller.
 *
 * Throw one of the subclasses. Any other exception is a fault of the plugin: the call is `trapped`, and the log has the
 * trace.
 */
export class Failure extends Error {
  /**
   * The failure as the interface has it. The engines of JavaScript take it from an exception's property of this name.
   *
   * @type {FailureVariant}
   */
  payload;

  /**
   * Creates a failure of any kind.
   *
   * @param {FailureVariant} payload
   */
  constructor(payload) {
    const text = 'val' in payload && payload.val !== undefined ? `: ${payload.val}` : '';
    super(`${payload.tag}${text}`);
    this.name = 'Failure';
    this.payload = payload;
  }
}

/** The plugin deals with such records but knows none with this identifier. Nothing to say is an empty page instead. */
export class RecordNotFound extends Failure {
  constructor() {
    super({ tag: 'record-not-found' });
  }
}

/** The plugin is connected to another CRM organization. */
export class InvalidCrmConnection extends Failure {
  constructor() {
    super({ tag: 'invalid-crm-connection' });
  }
}

/** The seller may not see this. */
export class NotPermitted extends Failure {
  constructor() {
    super({ tag: 'not-permitted' });
  }
}

/** The seller has to sign in to the partner's application first, or again. */
export class SignInRequired extends Failure {
  constructor() {
    super({ tag: 'sign-in-required' });
  }
}

/** A backend is down or does not answer in time. The host may answer with what it knew before. */
export class Unavailable extends Failure {
  /**
   * Creates the failure of a backend.
   *
   * @param {string} backend says which backend, and what became of it
   */
  constructor(backend) {
    super({ tag: 'unavailable', val: backend });
  }
}

/** A backend wants fewer requests. */
export class Throttled extends Failure {
  /**
   * Creates the failure, with the seconds after which to try again if the backend says them.
   *
   * @param {number} [seconds] a whole number; the host passes on 1 to 60
   */
  constructor(seconds) {
    super({ tag: 'throttled', val: seconds });
  }
}

/** The question makes no sense. */
export class InvalidRequest extends Failure {
  /**
   * Creates the failure of a question.
   *
   * @param {string} reason
   */
  constructor(reason) {
    super({ tag: 'invalid-request', val: reason });
  }
}

/** Anything else that a plugin foresees. */
export class Failed extends Failure {
  /**
   * Creates the failure from a text for the operator.
   *
   * @param {string} reason
   */
  constructor(reason) {
    super({ tag: 'failed', val: reason });
  }
}
