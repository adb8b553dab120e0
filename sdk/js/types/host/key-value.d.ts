export { get as getEntry, set as setEntry } from 'insight:provider/key-value@1.0.0';
