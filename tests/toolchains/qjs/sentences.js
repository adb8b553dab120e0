export const sentences = ['A contract was signed.', 'A visit took place.'];
