package core

import (
	"errors"
	"strings"
)

// Kind sorts errors by what the person who meets them can do.
type Kind string

// The kinds of errors. Each has one HTTP status and one general message
// (internal/platform/web).
const (
	KindInvalid     Kind = "invalid"     // what was sent is not right; it can be corrected
	KindSignIn      Kind = "sign_in"     // nobody is signed in
	KindForbidden   Kind = "forbidden"   // the thing may be seen, but this may not be done
	KindNotFound    Kind = "not_found"   // there is no such thing, or none that this actor may know of
	KindStale       Kind = "stale"       // somebody else changed the thing meanwhile
	KindConflict    Kind = "conflict"    // the state of the thing does not allow it
	KindLimited     Kind = "limited"     // too often
	KindTooLarge    Kind = "too_large"   // more bytes than are taken
	KindUnavailable Kind = "unavailable" // a part is away for the moment
	KindInternal    Kind = "internal"    // our mistake
)

// FieldError says what is wrong at one place of what was sent.
type FieldError struct {
	Path string `json:"path"` // the field's name, as in the form: "title", "roles.2.person"
	Key  string `json:"key"`  // the message in the catalogue
	Args []any  `json:"args,omitempty"`
}

// Error is an error that can be told to a person in her language: Key names the
// message in the catalogue, Args are pairs of name and value that it uses.
type Error struct {
	Kind   Kind
	Key    string
	Args   []any
	Fields []FieldError
	// Current is, with KindStale, the thing as it now stands.
	Current any
	// Err is what happened underneath. It goes to the log, never to a person.
	Err error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(string(e.Kind))
	if e.Key != "" {
		b.WriteString(": " + e.Key)
	}
	for _, f := range e.Fields {
		b.WriteString(" [" + f.Path + ": " + f.Key + "]")
	}
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Err }

// Invalid is an error about the whole of what was sent.
func Invalid(key string, args ...any) *Error { return &Error{Kind: KindInvalid, Key: key, Args: args} }

// NotFound is the one answer for what is not there and for what the actor may not know of.
func NotFound() *Error { return &Error{Kind: KindNotFound, Key: "error.not_found"} }

// Forbidden is for things that the actor may see but not change.
func Forbidden() *Error { return &Error{Kind: KindForbidden, Key: "error.forbidden"} }

// ForbiddenBecause is Forbidden with its own sentence.
func ForbiddenBecause(key string, args ...any) *Error {
	return &Error{Kind: KindForbidden, Key: key, Args: args}
}

// SignIn asks for somebody to sign in.
func SignIn() *Error { return &Error{Kind: KindSignIn, Key: "error.sign_in"} }

// Conflict says that the state of the thing does not allow what was asked.
func Conflict(key string, args ...any) *Error {
	return &Error{Kind: KindConflict, Key: key, Args: args}
}

// Stale says that somebody changed the thing meanwhile; current is how it stands now.
func Stale(current any) *Error {
	return &Error{Kind: KindStale, Key: "error.stale", Current: current}
}

// KindOf gives the kind of an error; what is not ours is internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return KindInternal
}

// Problems collects what is wrong with an input.
type Problems []FieldError

// Add notes one problem.
func (p *Problems) Add(path, key string, args ...any) {
	*p = append(*p, FieldError{Path: path, Key: key, Args: args})
}

// Err returns nil when there is no problem.
func (p Problems) Err() error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Kind: KindInvalid, Key: "error.invalid", Fields: p}
}
