export const sentences: string[] = ['A contract was signed.', 'A visit took place.'];
