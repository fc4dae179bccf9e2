package app

// References and Free are the columns that name rows of other tables.
var References, Free = references, free
