export { sendAll } from 'insight:provider/http-client@1.0.0';
