export { get as getEntry, remove as removeEntry, set as setEntry } from 'insight:provider/key-value@1.0.0';
