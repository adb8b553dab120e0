declare module 'insight:provider/http-client@1.0.0' {
  /**
   * Sends a request and waits for the response.
   */
  export function send(request: HttpRequest): HttpResponse;
  /**
   * Sends requests side by side, waits for all, and returns what became of
   * each, in the same order.
   */
  export function sendAll(requests: Array<HttpRequest>): Array<Result<HttpResponse, HttpError>>;
  /**
   * A header.
   */
  export interface Header {
    /**
     * Name, in lower case when it comes from the host.
     */
    name: string,
    /**
     * Value.
     */
    value: string,
  }
  /**
   * A request.
   */
  export interface HttpRequest {
    /**
     * Method in upper case, such as `GET`.
     */
    method: string,
    /**
     * Absolute URL, `https` unless granted otherwise, of at most 8 KiB.
     */
    url: string,
    /**
     * Headers, at most 100, of 32 KiB together, secrets included.
     * `{{secret:NAME}}` in a value stands for a secret that is granted for
     * this header and host.
     */
    headers: Array<Header>,
    /**
     * Body, sent as UTF-8, of at most 1 MiB, unless set otherwise.
     * `{{secret:NAME}}` stands for a secret that is granted for bodies to this
     * host.
     */
    body?: string,
    /**
     * Milliseconds to wait for the whole response. The host never waits longer
     * than the call has left, which is how long it waits if there is none.
     */
    timeoutMs?: number,
  }
  /**
   * A response, whatever its status.
   */
  export interface HttpResponse {
    /**
     * Status code.
     */
    status: number,
    /**
     * Headers, repeated ones in the order received: at most 100.
     * With the status line they have at most 64 KiB.
     */
    headers: Array<Header>,
    /**
     * Body, read by the charset it declares, else as UTF-8. Bytes that do not
     * decode become U+FFFD. At most 1 MiB, unless set otherwise.
     */
    body: string,
  }
  /**
   * Why there is no response.
   */
  export type HttpError = HttpErrorNotGranted | HttpErrorInvalidRequest | HttpErrorTimedOut | HttpErrorUnreachable | HttpErrorTooLarge | HttpErrorOverQuota | HttpErrorOther;
  /**
   * No grant covers the request; says what is missing.
   */
  export interface HttpErrorNotGranted {
    tag: 'not-granted',
    val: string,
  }
  /**
   * It is no valid request; says why.
   */
  export interface HttpErrorInvalidRequest {
    tag: 'invalid-request',
    val: string,
  }
  /**
   * The time was up.
   */
  export interface HttpErrorTimedOut {
    tag: 'timed-out',
  }
  /**
   * There was no connection, or it broke, or the host does not try at the
   * moment; says where and why.
   */
  export interface HttpErrorUnreachable {
    tag: 'unreachable',
    val: string,
  }
  /**
   * The request or its response is larger than allowed.
   */
  export interface HttpErrorTooLarge {
    tag: 'too-large',
  }
  /**
   * The call has sent as many requests as it may.
   */
  export interface HttpErrorOverQuota {
    tag: 'over-quota',
  }
  /**
   * Anything that a later host knows; says what.
   */
  export interface HttpErrorOther {
    tag: 'other',
    val: string,
  }
  export type Result<T, E> = { tag: 'ok', val: T } | { tag: 'err', val: E };
}
