export type FailureVariant = import('insight:provider/insight-types@1.0.0').Failure;
/** @typedef {import('insight:provider/insight-types@1.0.0').Failure} FailureVariant */
/**
 * An exception that the host gets as a failure of the interface. Texts reach the host's log, never the seller.
 *
 * Throw one of the subclasses. Any other exception is a fault of the plugin: the call is `trapped`, and the log has the
 * trace.
 */
export declare class Failure extends Error {
    /**
     * The failure as the interface has it. The engines of JavaScript take it from an exception's property of this name.
     *
     * @type {FailureVariant}
     */
    payload: FailureVariant;
    /**
     * Creates a failure of any kind.
     *
     * @param {FailureVariant} payload
     */
    constructor(payload: FailureVariant);
}
/** The plugin deals with such records but knows none with this identifier. Nothing to say is an empty page instead. */
export declare class RecordNotFound extends Failure {
    constructor();
}
/** The plugin is connected to another CRM organization. */
export declare class InvalidCrmConnection extends Failure {
    constructor();
}
/** The seller may not see this. */
export declare class NotPermitted extends Failure {
    constructor();
}
/** The seller has to sign in to the partner's application first, or again. */
export declare class SignInRequired extends Failure {
    constructor();
}
/** A backend is down or does not answer in time. The host may answer with what it knew before. */
export declare class Unavailable extends Failure {
    /**
     * Creates the failure of a backend.
     *
     * @param {string} backend says which backend, and what became of it
     */
    constructor(backend: string);
}
/** A backend wants fewer requests. */
export declare class Throttled extends Failure {
    /**
     * Creates the failure, with the seconds after which to try again if the backend says them.
     *
     * @param {number} [seconds] a whole number; the host passes on 1 to 60
     */
    constructor(seconds?: number);
}
/** The question makes no sense. */
export declare class InvalidRequest extends Failure {
    /**
     * Creates the failure of a question.
     *
     * @param {string} reason
     */
    constructor(reason: string);
}
/** Anything else that a plugin foresees. */
export declare class Failed extends Failure {
    /**
     * Creates the failure from a text for the operator.
     *
     * @param {string} reason
     */
    constructor(reason: string);
}
