export { write as writeLog } from 'insight:provider/log@1.0.0';
