package floor

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/formats/captions"
	"plenary/internal/forum/programme"
)

// ImportInput is a file of captions, or text that was pasted, with what is known of it.
type ImportInput struct {
	Version  int64           `form:"version" ui:"hidden"` // of the transcript that stands in that language
	Checked  bool            `form:"checked" ui:"-"`      // the preview was seen
	File     string          `form:"file" ui:"file" accept:".vtt,.srt,.ttml,.dfxp,.xml,.txt"`
	Name     string          `form:"name" ui:"-" max:"200"`
	Text     string          `form:"text" ui:"area"`
	Language string          `form:"language" ui:"select" required:"1" max:"3"`
	Original bool            `form:"original" ui:"check"`
	Source   string          `form:"source" ui:"select" required:"1"`
	Licence  string          `form:"licence" max:"120"`
	Zero     string          `form:"zero" max:"8"` // time of day at the venue
	Spread   bool            `form:"spread" ui:"check"`
	Speakers []SpeakerChoice `form:"speakers" ui:"-"`

	Data []byte `form:"-"` // the file itself, where one was sent
}

// SpeakerChoice says who a label is; no person: nobody in particular.
type SpeakerChoice struct {
	Label  string  `form:"label"`
	Person core.ID `form:"person"`
}

// CorrectInput is what somebody makes of a segment. Version is the revision that she saw.
type CorrectInput struct {
	Version int64  `form:"version" ui:"hidden"`
	Start   string `form:"start" max:"13"`
	End     string `form:"end" max:"13"`
	Speaker string `form:"speaker" max:"120"`
	Person  string `form:"person" ui:"select"`
	Text    string `form:"text" ui:"area" required:"1" max:"8000"`
	Reason  string `form:"reason" required:"1" max:"300"`
}

// SettingsInput is what a transcript says of itself.
type SettingsInput struct {
	Version  int64  `form:"version" ui:"hidden"`
	Original bool   `form:"original" ui:"check"`
	Source   string `form:"source" ui:"select" required:"1"`
	Licence  string `form:"licence" max:"120"`
	Zero     string `form:"zero" max:"8"`
}

// RecordingsInput are the recordings of a session.
type RecordingsInput struct {
	Version    int64          `form:"version" ui:"hidden"`
	Recordings []RecordingRow `form:"recordings" ui:"rows"`
}

// RecordingRow is one of them; without an address it is none.
type RecordingRow struct {
	ID       core.ID   `form:"id" ui:"hidden"`
	URL      string    `form:"url" max:"500"` // of a file that is kept here: its path
	Label    core.Text `form:"label" max:"120"`
	Language string    `form:"language" ui:"select" max:"3"`
	At       string    `form:"at" max:"13"` // second of the recording at which the transcript begins
	Licence  string    `form:"licence" max:"120"`
	Remove   bool      `form:"remove" ui:"check"`
}

// Limits.
const (
	maxSpeakers   = 200
	maxRecordings = 20
)

// validate checks what was typed, without reading the file.
func (in *ImportInput) validate() error {
	in.Language = strings.ToLower(strings.TrimSpace(in.Language))
	in.Licence, in.Zero = strings.TrimSpace(in.Licence), strings.TrimSpace(in.Zero)
	p := core.Validate(*in)
	if in.Language != "" && captions.Base(in.Language) != in.Language {
		p.Add("language", "floor.error.language")
	}
	if in.Source != "" && !knownSource(in.Source) {
		p.Add("source", "floor.error.source")
	}
	if len(in.Data) == 0 && strings.TrimSpace(in.Text) == "" {
		p.Add("file", "floor.error.nothing")
	}
	if len(in.Speakers) > maxSpeakers {
		p.Add("speakers", "floor.error.too_many", "Count", maxSpeakers)
	}
	return p.Err()
}

func knownSource(s string) bool {
	for _, k := range Sources {
		if k == s {
			return true
		}
	}
	return false
}

// read reads the captions of an input. What is wrong with the file is a problem of the
// field file, with its line.
func (in *ImportInput) read(ses *programme.Session) (*captions.File, error) {
	data := in.Data
	if len(data) == 0 {
		data = []byte(in.Text)
	}
	opt := captions.Options{}
	if in.Spread && ses.Scheduled() {
		opt.Spread = ses.Ends.Sub(ses.Starts)
	}
	f, err := captions.Read(in.Name, data, opt)
	if err == nil {
		return f, nil
	}
	e, ok := errors.AsType[*captions.Error](err)
	if !ok {
		return nil, err
	}
	var p core.Problems
	key := "floor.error.file." + e.Code
	if e.Line > 0 {
		key += ".line"
	}
	p.Add("file", key, "Line", e.Line, "Text", e.Args["Text"])
	return nil, p.Err()
}

// zeroOf reads the time of day at the venue at which offset 0 falls; empty: the
// session's start.
func zeroOf(p *core.Problems, zero string, ses *programme.Session, zone string) core.Instant {
	if zero == "" {
		return core.Instant{}
	}
	day := ses.Day
	if day == "" {
		p.Add("zero", "floor.error.no_day")
		return core.Instant{}
	}
	clock, sec := zero, time.Duration(0)
	if len(zero) == len("15:04:05") {
		n, err := strconv.Atoi(zero[6:])
		if err != nil || n > 59 || zero[5] != ':' {
			p.Add("zero", "floor.error.clock", "Time", zero)
			return core.Instant{}
		}
		clock, sec = zero[:5], time.Duration(n)*time.Second
	}
	at, err := core.WallTime(day, clock, zone)
	if err != nil {
		p.Add("zero", "floor.error.clock", "Time", zero)
		return core.Instant{}
	}
	return at.Add(sec)
}

// clockOf is an instant as zeroOf reads it.
func clockOf(at core.Instant, zone string) string {
	if at.IsZero() {
		return ""
	}
	return at.In(zone).Format("15:04:05")
}
