// Package captions reads the files of captioners and of programs that recognise speech:
// WebVTT, SubRip (SRT), TTML, and plain text with the names of those who speak. It reads
// leniently, says what it had to mend and where, and refuses what it cannot read with
// the line and the reason. It writes strictly. It is pure: no clock, no files.
package captions

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"time"
)

// Kind is what a file of captions is.
type Kind string

// The kinds that are read.
const (
	WebVTT Kind = "webvtt"
	SRT    Kind = "srt"
	TTML   Kind = "ttml"
	Plain  Kind = "captioner-text" // text with NAME: in front of what each says
)

// Kinds are all kinds.
var Kinds = []Kind{WebVTT, SRT, TTML, Plain}

// Cue is one caption: what was said from when until when.
type Cue struct {
	Start    time.Duration `json:"start"`
	End      time.Duration `json:"end"`
	Speaker  string        `json:"speaker,omitempty"` // as captioned
	Text     string        `json:"text"`              // without markup; lines by \n
	Settings string        `json:"settings,omitempty"`
	Line     int           `json:"line,omitempty"` // of the file, 1-based
}

// Note is something that was mended or is odd, with its line (0: the whole file).
type Note struct {
	Line int               `json:"line,omitempty"`
	Code string            `json:"code"`
	Args map[string]string `json:"args,omitempty"`
}

// Codes of notes.
const (
	NoteUTF16       = "utf-16"            // converted from UTF-16
	NoteNoMillis    = "no-milliseconds"   // times without a fraction, or with another than three digits
	NoteBlankTop    = "blank-before"      // empty lines before the first line that says what the file is
	NoteLoose       = "text-without-time" // text that belongs to no cue was left out
	NoteJoined      = "blank-in-cue"      // text after an empty line was joined to the cue before
	NoteZeroLength  = "zero-length"       // a cue ends when it begins
	NoteBackwards   = "ends-before-start" // a cue ends before it begins; it is taken as of no length
	NoteOverlap     = "overlap"           // a cue begins before the one before it ends
	NoteOutOfOrder  = "out-of-order"      // a cue begins before the one before it begins
	NoteEmptyCue    = "empty-cue"         // a cue without text was left out
	NotePreamble    = "preamble"          // what stands before the first speaker or time was left out
	NoteBetween     = "times-between"     // times between two that the file gives were spread evenly
	NoteNoTimes     = "no-times"          // the file has no times
	NoteSpread      = "spread"            // times were spread evenly over the length given
	NoteDropFrames  = "drop-frames"       // frames that are left out in counting were not considered
	NoteMore        = "more"              // further notes of a code are not listed: Args Code, Count
	NoteLongText    = "long-text"         // a very long caption was divided
	NoteLanguage    = "language"          // the file names its language: Args Lang
	NoteControl     = "control-signs"     // signs that turn the direction of text or control a terminal were left out
	NoteClock       = "starts-late"       // the first time is hours after zero: times of day, perhaps
	NoteOldEncoding = "declared-encoding" // an XML declaration names another encoding than the file has
)

// File is what was read.
type File struct {
	Kind Kind
	Lang string // as the file says, base language only; "" if it says none
	// Untimed: the file has no times; Start and End of all cues are 0.
	Untimed bool
	// Estimated: times are not of the file but were spread evenly.
	Estimated bool
	Cues      []Cue
	Notes     []Note
}

// Error says why a file is refused, and in which line.
type Error struct {
	Line int
	Code string
	Args map[string]string
}

// Codes of errors.
const (
	ErrEmpty    = "empty"
	ErrTooLarge = "too-large"
	ErrEncoding = "encoding"       // neither UTF-8 nor UTF-16 with a byte order mark
	ErrHeader   = "no-header"      // a WebVTT file must begin with WEBVTT
	ErrTime     = "bad-time"       // a time cannot be read: Args Text
	ErrXML      = "bad-xml"        // Args Text
	ErrRoot     = "not-ttml"       // the root is not tt: Args Text
	ErrNoCues   = "no-cues"        // nothing in it is a cue
	ErrTooMany  = "too-many"       // more cues than a day has seconds
	ErrKind     = "no-such-kind"   // Args Text
	ErrArrow    = "time-misshaped" // a line with --> that is no pair of times: Args Text
)

func (e *Error) Error() string {
	var b strings.Builder
	if e.Line > 0 {
		fmt.Fprintf(&b, "line %d: ", e.Line)
	}
	b.WriteString(sentences[e.Code])
	if t := e.Args["Text"]; t != "" {
		fmt.Fprintf(&b, ": %q", t)
	}
	return b.String()
}

// sentences are the errors for the command line; pages have their own catalogue.
var sentences = map[string]string{
	ErrEmpty:    "the file is empty",
	ErrTooLarge: "the file is too large",
	ErrEncoding: "the text is neither UTF-8 nor UTF-16 with a byte order mark",
	ErrHeader:   "a WebVTT file must begin with WEBVTT",
	ErrTime:     "this time cannot be read",
	ErrXML:      "this is not well-formed XML",
	ErrRoot:     "the outermost element of TTML is tt, not this",
	ErrNoCues:   "there is no caption in this file",
	ErrTooMany:  "there are too many captions in this file",
	ErrKind:     "no such kind of captions",
	ErrArrow:    "this is not a pair of times",
}

func refuse(line int, code string, text ...string) *Error {
	e := &Error{Line: line, Code: code}
	if len(text) > 0 {
		e.Args = map[string]string{"Text": short(text[0])}
	}
	return e
}

// Limits.
const (
	MaxBytes = 16 << 20
	MaxCues  = 90_000
	maxText  = 4000 // runes of one cue
	maxNotes = 100  // of one code
)

// Options say what is known beside the file.
type Options struct {
	Kind Kind // "" to find out
	// Spread, for plain text without times: the length over which the lines are spread
	// evenly; 0 leaves them without times.
	Spread time.Duration
}

// Read reads a file of captions. Without a kind in the options it looks at the name and
// at the bytes; a text that is nothing else is read as plain text. The error is *Error.
func Read(name string, data []byte, opt Options) (*File, error) {
	if len(data) > MaxBytes {
		return nil, refuse(0, ErrTooLarge)
	}
	text, notes, err := decode(data)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, refuse(0, ErrEmpty)
	}
	kind := opt.Kind
	if kind == "" {
		if kind = detect(name, text); kind == "" {
			kind = Plain
		}
	}
	b := &builder{counts: map[string]int{}}
	b.notes = append(b.notes, notes...)
	switch kind {
	case WebVTT:
		err = b.vtt(text)
	case SRT:
		err = b.srt(text)
	case TTML:
		err = b.ttml(text)
	case Plain:
		err = b.plain(text, opt.Spread)
	default:
		return nil, refuse(0, ErrKind, string(kind))
	}
	if err != nil {
		return nil, err
	}
	f := b.file(kind)
	if len(f.Cues) == 0 {
		return nil, refuse(0, ErrNoCues)
	}
	return f, nil
}

// Detect tells what a file is by its name and its bytes; "" where it is none, or where
// only plain text might be (Speaks tells about that).
func Detect(name string, data []byte) Kind {
	text, _, err := decode(data[:min(len(data), 8192)&^3])
	if err != nil {
		text = string(data[:min(len(data), 4096)])
	}
	return detect(name, text)
}

func detect(name, text string) Kind {
	switch strings.ToLower(path.Ext(name)) {
	case ".vtt", ".webvtt":
		return WebVTT
	case ".srt":
		return SRT
	case ".ttml", ".dfxp":
		return TTML
	}
	head := strings.TrimLeft(text[:min(len(text), 4096)], " \t\n\ufeff")
	first, _, _ := strings.Cut(head, "\n")
	switch {
	case first == "WEBVTT" || strings.HasPrefix(first, "WEBVTT ") || strings.HasPrefix(first, "WEBVTT\t"):
		return WebVTT
	case strings.HasPrefix(head, "<") && ttmlRoot.MatchString(head):
		return TTML
	}
	for i, l := range strings.Split(head, "\n") {
		if i > 4 {
			break
		}
		if strings.Contains(l, "-->") {
			if _, ok := arrow(l); ok {
				return SRT
			}
		}
	}
	return ""
}

// builder collects cues and notes.
type builder struct {
	lang   string
	cues   []Cue
	notes  []Note
	counts map[string]int
	latest time.Duration // the largest end so far
	marked bool          // >> marks a change of speaker in this file
	timed  bool
	guess  bool
}

func (b *builder) note(line int, code string, args ...string) {
	b.counts[code]++
	if b.counts[code] > maxNotes {
		return
	}
	n := Note{Line: line, Code: code}
	for i := 0; i+1 < len(args); i += 2 {
		if n.Args == nil {
			n.Args = map[string]string{}
		}
		n.Args[args[i]] = short(args[i+1])
	}
	b.notes = append(b.notes, n)
}

// noteOnce notes a code for the first line only.
func (b *builder) noteOnce(line int, code string, args ...string) {
	if b.counts[code] == 0 {
		b.note(line, code, args...)
	}
}

// add takes the pieces of one timed block: they share their times.
func (b *builder) add(line int, start, end time.Duration, settings string, pieces []piece) error {
	if end < start {
		b.note(line, NoteBackwards, "Start", Stamp(start), "End", Stamp(end))
		end = start
	} else if end == start {
		b.note(line, NoteZeroLength, "Start", Stamp(start))
	}
	if n := len(b.cues); n > 0 {
		last := b.cues[n-1]
		switch {
		case start < last.Start:
			b.note(line, NoteOutOfOrder, "Start", Stamp(start), "Before", Stamp(last.Start))
		case start < b.latest:
			b.note(line, NoteOverlap, "Start", Stamp(start), "Before", Stamp(b.latest))
		}
	}
	b.latest = max(b.latest, end)
	kept := 0
	for _, p := range pieces {
		for i, text := range divide(p.text) {
			if i == 1 {
				b.note(line, NoteLongText)
			}
			if text == "" {
				continue
			}
			kept++
			b.cues = append(b.cues, Cue{Start: start, End: end, Speaker: p.speaker, Text: text, Settings: settings, Line: line})
		}
	}
	if kept == 0 {
		b.note(line, NoteEmptyCue, "Start", Stamp(start))
	}
	if len(b.cues) > MaxCues {
		return refuse(line, ErrTooMany)
	}
	return nil
}

func (b *builder) file(kind Kind) *File {
	f := &File{Kind: kind, Lang: b.lang, Cues: b.cues, Notes: b.notes, Estimated: b.guess, Untimed: !b.timed}
	for _, n := range b.notes {
		if c := b.counts[n.Code]; c > maxNotes {
			b.counts[n.Code] = 0
			f.Notes = append(f.Notes, Note{Code: NoteMore, Args: map[string]string{"Code": n.Code, "Count": fmt.Sprint(c - maxNotes)}})
		}
	}
	slices.SortStableFunc(f.Notes, func(a, b Note) int { return a.Line - b.Line })
	return f
}

// Stamp writes a time as WebVTT does: "00:41:07.320".
func Stamp(d time.Duration) string {
	ms := max(int64(d/time.Millisecond), 0)
	return fmt.Sprintf("%02d:%02d:%02d.%03d", ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000)
}

// short keeps a value that goes into a sentence readable.
func short(s string) string {
	s = strings.Join(strings.Fields(s), " ")
	if r := []rune(s); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return s
}

// divide cuts a text that is too long to be one caption, after sentences if it can.
func divide(s string) []string {
	r := []rune(s)
	if len(r) <= maxText {
		return []string{s}
	}
	var out []string
	for len(r) > maxText {
		cut := maxText
		for i := maxText - 1; i > maxText/2; i-- {
			if r[i] == ' ' && strings.ContainsRune(".!?。؟", r[i-1]) {
				cut = i
				break
			}
		}
		out = append(out, strings.TrimSpace(string(r[:cut])))
		r = r[cut:]
	}
	return append(out, strings.TrimSpace(string(r)))
}

// Base is the base language of a tag, in small letters: "fr" of "fr-FR".
func Base(tag string) string {
	tag = strings.ToLower(strings.TrimSpace(tag))
	base, _, _ := strings.Cut(strings.ReplaceAll(tag, "_", "-"), "-")
	if len(base) < 2 || len(base) > 3 || strings.ContainsFunc(base, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return ""
	}
	return base
}
