/** What there is to see when the app starts without a guest of one’s own (`--demo`, as `npm start` has it). */
export const FIRST_SCENARIO = 'clean';
