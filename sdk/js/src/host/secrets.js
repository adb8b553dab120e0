export { reveal as revealSecret } from 'insight:provider/secrets@1.0.0';
