/** The package ships no types of its own. */
declare module 'swagger-ui-dist/absolute-path.js' {
  /** The directory of the page's files. */
  export default function getAbsoluteFSPath(): string;
}
