// Package floor holds what was said and shown in a session: transcripts with their
// moments, who spoke, and recordings. A transcript helps to find and to cite; it is not
// an authoritative record, and every page and file of it says so. What was once shown
// of it stays readable: a correction is a new revision of a segment.
package floor

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"plenary/internal/core"
)

// SourceSegment is the kind of a source that is a segment of a transcript
// (documents.Source): its reference is the segment's id, which stays through
// corrections.
const SourceSegment = "segment"

// Where a transcript comes from.
const (
	SourceHuman    = "human"    // a captioner in the room
	SourceImported = "imported" // a file of which more is not known
	SourceMachine  = "machine"  // recognised by a program
)

// Sources in the order in which they are offered.
var Sources = []string{SourceHuman, SourceImported, SourceMachine}

// States of a transcript. It is public at once, unless staff withhold it (E122).
const (
	StateNone      = "none"
	StatePublished = "published"
	StateWithheld  = "withheld"
)

// Transcript is what was said in a session, in one language. The original is the one
// in the language in which it was said; others are what interpreters said.
type Transcript struct {
	bun.BaseModel `bun:"table:transcripts,alias:tr"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Edition   core.ID      `bun:"edition" json:"edition"`
	Session   core.ID      `bun:"session" json:"session"`
	Language  string       `bun:"language" json:"language"`
	Original  bool         `bun:"original" json:"original" doc:"it is of what was said itself, not of an interpreter"`
	Source    string       `bun:"source" json:"source" enum:"human,imported,machine"`
	Licence   string       `bun:"licence" json:"licence,omitempty" doc:"SPDX name of a licence, or its words"`
	Zero      core.Instant `bun:"zero" json:"zero" doc:"the instant at which offset 0 falls; null: the session's start"`
	Estimated bool         `bun:"estimated" json:"estimated" doc:"the file had no times: they are spread evenly"`
	State     string       `bun:"state" json:"state" enum:"published,withheld"`
	Format    string       `bun:"format" json:"format,omitempty" doc:"what the file was"`
	File      string       `bun:"file" json:"-"`
	FileName  string       `bun:"file_name" json:"-"`
	Created   core.Instant `bun:"created" json:"created"`
	Updated   core.Instant `bun:"updated" json:"updated"`
	Version   int64        `bun:"version" json:"version"`
}

// Causes of a revision of a segment.
const (
	CauseImport     = "import"
	CauseCorrection = "correction"
	CauseWithdrawal = "withdrawal"
	CauseRestore    = "restore"
	CauseRenewal    = "renewal" // a newer file of the same transcript
)

// Segment is one revision of one piece of a transcript. Rows are added, never changed,
// but for Newest, which moves to the latest revision.
type Segment struct {
	bun.BaseModel `bun:"table:transcript_segments,alias:sg"`

	ID         core.ID      `bun:"id,pk" json:"id"`
	Revision   int          `bun:"revision,pk" json:"revision"`
	Transcript core.ID      `bun:"transcript" json:"-"`
	Newest     bool         `bun:"newest" json:"-"`
	Withdrawn  bool         `bun:"withdrawn" json:"withdrawn,omitempty"`
	Position   int          `bun:"position" json:"-"`
	Starts     int64        `bun:"starts" json:"starts_ms" doc:"milliseconds from the transcript's zero; -1 where the time is not known"`
	Ends       int64        `bun:"ends" json:"ends_ms"`
	Anchor     string       `bun:"anchor" json:"anchor" doc:"its name in the address of the page: t=00:41:07"`
	Speaker    string       `bun:"speaker" json:"speaker,omitempty" doc:"as captioned"`
	Person     string       `bun:"person" json:"-"` // of this segment alone; empty: as its label says; "-": nobody
	Said       string       `bun:"said" json:"text"`
	Final      bool         `bun:"final" json:"final"`
	Cause      string       `bun:"cause" json:"cause"`
	Reason     string       `bun:"reason" json:"reason,omitempty"`
	At         core.Instant `bun:"at" json:"at"`
	ByPerson   core.ID      `bun:"by_person" json:"by,omitempty"`
	ByProgram  string       `bun:"by_program" json:"-"`
}

// nobody in a segment says that its label's person did not say it.
const nobody = "-"

// speakerRow says who a label is in a transcript.
type speakerRow struct {
	bun.BaseModel `bun:"table:transcript_speakers,alias:sp"`

	Transcript core.ID `bun:"transcript,pk"`
	Label      string  `bun:"label,pk"`
	Person     core.ID `bun:"person"`
}

// Recording is a recording of a session: the address where it can be heard or seen, or a
// file that is kept here.
type Recording struct {
	bun.BaseModel `bun:"table:recordings,alias:rc"`

	ID        core.ID      `bun:"id,pk" json:"id"`
	Edition   core.ID      `bun:"edition" json:"edition"`
	Session   core.ID      `bun:"session" json:"session"`
	Position  int          `bun:"position" json:"-"`
	Label     core.Text    `bun:"label" json:"label"`
	URL       string       `bun:"url" json:"url,omitempty"`
	File      string       `bun:"file" json:"-"` // hash of the bytes that are kept; such a recording has no URL
	FileName  string       `bun:"file_name" json:"file_name,omitempty" doc:"name of the file that is kept here"`
	FileSize  int64        `bun:"file_size" json:"file_size,omitempty" doc:"in bytes"`
	Path      string       `bun:"-" json:"path,omitempty" doc:"where that file is, on this site"`
	Media     string       `bun:"media" json:"media,omitempty" doc:"audio or video, where a player can play it"`
	Language  string       `bun:"language" json:"language,omitempty"`
	Licence   string       `bun:"licence" json:"licence,omitempty"`
	ZeroAt    int64        `bun:"zero_at" json:"zero_at_ms" doc:"milliseconds of the recording at which the transcript's zero stands"`
	Withdrawn bool         `bun:"withdrawn" json:"-"`
	Created   core.Instant `bun:"created" json:"created"`
	Version   int64        `bun:"version" json:"version"`
}

// Moment is a segment of a transcript as others cite it.
type Moment struct {
	Segment, Transcript, Session, Edition core.ID
	Start, End                            time.Duration // since the transcript's zero; both -1 where no time is known
	At                                    core.Instant  // by the wall clock; zero if unknown
	Lang, Speaker                         string        // Speaker is the label as captioned
	Person                                core.ID
	Text                                  string
	Source                                string // human, imported or machine
	Final, Corrected                      bool
	Revision                              int
	Path                                  string // "/2023/ws184/transcript#t=00:41:07", in no language
	Recording                             string // address of the recording, a path if it is kept here; "" if there is none
	RecordingAt                           time.Duration
}

// ParseTime reads an offset as people write it: "41:07", "00:41:07", "1:02:03.5", "75 s"
// is not one. Error: Invalid.
func ParseTime(s string) (time.Duration, error) {
	s = strings.TrimPrefix(strings.TrimSpace(s), "t=")
	whole, frac, hasFrac := strings.Cut(strings.Replace(s, ",", ".", 1), ".")
	parts := strings.Split(whole, ":")
	bad := core.Invalid("floor.error.time", "Time", s)
	if len(parts) < 1 || len(parts) > 3 || len(s) > 20 {
		return 0, bad
	}
	var sec int64
	for i, p := range parts {
		n, err := strconv.ParseUint(p, 10, 32)
		if err != nil || i > 0 && (n > 59 || len(p) > 2) || n > 1_000_000 {
			return 0, bad
		}
		sec = sec*60 + int64(n)
	}
	d := time.Duration(sec) * time.Second
	if hasFrac {
		n, err := strconv.ParseUint((frac + "000")[:3], 10, 32)
		if err != nil || frac == "" || len(frac) > 9 {
			return 0, bad
		}
		d += time.Duration(n) * time.Millisecond
	}
	return d, nil
}

// FormatTime writes an offset in whole seconds: "00:41:07".
func FormatTime(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	s := int64(d / time.Second)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// formatMillis is FormatTime with milliseconds: "00:41:07.320".
func formatMillis(d time.Duration) string {
	return fmt.Sprintf("%s.%03d", FormatTime(d), int64(max(d, 0)/time.Millisecond)%1000)
}

func millis(ms int64) time.Duration { return time.Duration(ms) * time.Millisecond }

// begins is the start of a segment; -1 where it is not known.
func (g Segment) begins() time.Duration {
	if g.Starts < 0 {
		return -1
	}
	return millis(g.Starts)
}

func (g Segment) stops() time.Duration {
	if g.Starts < 0 {
		return -1
	}
	return millis(g.Ends)
}

// person is who said it: as the segment says, else as its label says.
func (g Segment) person(labels map[string]core.ID) core.ID {
	switch g.Person {
	case "":
		return labels[g.Speaker]
	case nobody:
		return ""
	}
	return core.ID(g.Person)
}
