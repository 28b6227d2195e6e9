/** The longest that a timer of Node can run, in milliseconds; a longer one would fire at once. */
export const maxTimerMs = 2 ** 31 - 1;
