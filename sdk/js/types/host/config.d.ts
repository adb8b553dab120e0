export { get as getConfig } from 'insight:provider/config@1.0.0';
