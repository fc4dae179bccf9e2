// Package conform holds tests of the JSON API as a whole: every operation of its
// description is called with what fits and with what does not.
package conform
