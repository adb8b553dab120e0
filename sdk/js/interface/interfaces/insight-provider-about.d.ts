/// <reference path="./insight-provider-insight-types.d.ts" />
declare module 'insight:provider/about@1.0.0' {
  /**
   * Returns the profile.
   */
  export function describe(): Profile;
  export type CrmRecord = import('insight:provider/insight-types@1.0.0').CrmRecord;
  export type Properties = import('insight:provider/insight-types@1.0.0').Properties;
  /**
   * Who publishes a plugin and answers for it. Texts have at most 500
   * characters; both URLs have as many as any other.
   */
  export interface Publisher {
    /**
     * Name of the company.
     */
    name: string,
    /**
     * Its web site.
     */
    website?: string,
    /**
     * Its privacy policy.
     */
    privacyPolicy?: string,
    /**
     * Mail address for support.
     */
    supportEmail?: string,
  }
  /**
   * The plugin's profile.
   */
  export interface Profile {
    /**
     * The partner's name as sellers know it, at most 20 characters.
     */
    title: string,
    /**
     * What the plugin adds for sellers, in one or two sentences of 30 to 500
     * characters together.
     */
    description: string,
    /**
     * Version of the plugin, such as `1.4.0`, at most 500 characters.
     */
    version: string,
    /**
     * Who publishes it.
     */
    publisher: Publisher,
    /**
     * Colour behind the icon, such as `#0f6cbd`.
     */
    brandColor?: string,
    /**
     * Icon: a square PNG of 100 to 230 pixels a side, not transparent, of at
     * most 256 KiB. The host leaves out what is larger or no PNG; `check`
     * tells of the rest.
     */
    icon?: Uint8Array,
    /**
     * Languages of its texts, as BCP 47 tags, its own first; at most 64.
     */
    languages: Array<string>,
    /**
     * Categories of Power Platform, such as `Sales and CRM`: one or two.
     * The host keeps eight, of 64 characters each.
     */
    categories: Array<string>,
    /**
     * A record that the plugin can say something about, for trials and checks.
     */
    example?: CrmRecord,
    /**
     * What else a catalogue may want to know, such as `Terms of use`, a URL
     * that the package of an agent states. A host that serves acts on none.
     */
    properties: Properties,
  }
}
