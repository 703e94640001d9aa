/** The owner's number, and the number of whoever makes anything: they are one on this machine. */
export const LOCAL_OWNER = '100000000001';
