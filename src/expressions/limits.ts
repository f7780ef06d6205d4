// DynamoDB's limits: "Limits, Expression parameters" in its developer guide.

/** In characters. What is not ASCII is no expression, so a character is a byte. */
export const LONGEST_EXPRESSION = 4096
/** Operators and functions of an expression. */
export const MOST_OPERATORS = 300
