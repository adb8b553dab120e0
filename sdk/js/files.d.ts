/** A picture, such as the icon of the profile, as `insight-host build` bundles it. */
declare module '*.png' {
  const bytes: Uint8Array;
  export default bytes;
}
