// Package core holds what every part of Plenary speaks: ids, the clock, actors,
// texts in several languages, instants, errors, policies and pages of a list.
// It knows nothing of databases, the web or forums.
package core
