package floor

import (
	"cmp"
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
)

// Address is where the recording can be heard from a second on.
func (r Recording) Address(at time.Duration) string {
	seconds := strconv.FormatInt(int64(at/time.Second), 10)
	if r.File != "" {
		return r.Path + "#t=" + seconds
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return r.URL
	}
	host := strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	switch host {
	case "youtube.com", "m.youtube.com", "youtu.be":
		q := u.Query()
		q.Set("t", seconds)
		u.RawQuery = q.Encode()
	case "vimeo.com":
		u.Fragment = "t=" + seconds + "s"
	default:
		u.Fragment = "t=" + seconds // media fragments; what does not know them leaves them out
	}
	return u.String()
}

// mediaOf tells by the name of a file whether a browser can play it: "audio", "video"
// or nothing.
func mediaOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch strings.ToLower(path.Ext(u.Path)) {
	case ".mp3", ".m4a", ".ogg", ".oga", ".opus", ".wav", ".flac", ".aac":
		return "audio"
	case ".mp4", ".webm", ".ogv", ".m4v":
		return "video"
	}
	return ""
}

// Recordings gives the recordings of a session; the caller has loaded it for the actor.
func (s *Service) Recordings(ctx context.Context, ses *programme.Session) ([]Recording, error) {
	all, err := recordingsOf(ctx, s.rec.DB.Read, ses.ID)
	return placed(ses, all[ses.ID]), err
}

// placed gives recordings that are kept here their addresses.
func placed(ses *programme.Session, list []Recording) []Recording {
	for i := range list {
		if list[i].File != "" {
			list[i].Path = ses.Path() + "/recordings/" + string(list[i].ID)
		}
	}
	return list
}

// RecordingsOf is the form of the recordings of a session.
func RecordingsOf(list []Recording) RecordingsInput {
	in := RecordingsInput{}
	for _, r := range list {
		in.Version += r.Version
		in.Recordings = append(in.Recordings, RecordingRow{
			ID: r.ID, URL: cmp.Or(r.Path, r.URL), Label: r.Label, Language: r.Language, At: FormatTime(millis(r.ZeroAt)), Licence: r.Licence,
		})
	}
	return in
}

// SetRecordings makes the recordings of a session those of the form; one that is taken
// out is kept, but shown no more. Who keeps the record of the session and the staff
// may. Event: session.recordings_changed. Errors: Invalid, Stale.
func (s *Service) SetRecordings(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, in RecordingsInput) error {
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		return s.SetRecordingsTx(ctx, tx, set, ses, in)
	})
}

// SetRecordingsTx is SetRecordings inside a write.
func (s *Service) SetRecordingsTx(ctx context.Context, tx *record.Tx, set *editions.Setting, ses *programme.Session, in RecordingsInput) error {
	if err := s.MayKeep(tx.Actor, ses); err != nil {
		return err
	}
	all, err := recordingsOf(ctx, tx, ses.ID)
	if err != nil {
		return err
	}
	have := placed(ses, all[ses.ID])
	now := RecordingsOf(have)
	if now.Version != in.Version {
		return core.Stale(now)
	}
	want, err := in.recordings(ses, have)
	if err != nil {
		return err
	}
	var lines [2][]string
	for _, h := range have {
		lines[0] = append(lines[0], h.line())
		if slices.ContainsFunc(want, func(r Recording) bool { return r.ID == h.ID }) {
			continue
		}
		if _, err := tx.NewUpdate().Model((*Recording)(nil)).Set("withdrawn = TRUE, version = version + 1").Where("id = ?", h.ID).Exec(ctx); err != nil {
			return fmt.Errorf("take out recording: %w", err)
		}
	}
	for i, r := range want {
		r.Position, r.Version = i, 1
		lines[1] = append(lines[1], r.line())
		j := slices.IndexFunc(have, func(h Recording) bool { return h.ID == r.ID })
		if j < 0 {
			r.ID, r.Created = tx.NewID(), tx.Now
			if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
				return fmt.Errorf("add recording: %w", err)
			}
			continue
		}
		r.Created, r.Version = have[j].Created, have[j].Version+1
		// A session has a handful of recordings.
		if _, err := tx.NewUpdate().Model(&r).WherePK().Exec(ctx); err != nil {
			return fmt.Errorf("change recording: %w", err)
		}
	}
	changed(tx, set, ses, lines[0], lines[1])
	return nil
}

func changed(tx *record.Tx, set *editions.Setting, ses *programme.Session, before, after []string) {
	vis := record.Public
	if set.State == editions.StateDraft || ses.State == programme.StateDraft {
		vis = record.Internal
	}
	tx.Append("session.recordings_changed", ses.ID, set.Scope(), vis, record.Data{
		"label": ses.Title, "changes": map[string]record.Change{"session_recordings": {Before: before, After: after}},
	})
}

// line is what the history says of a recording.
func (r Recording) line() string { return cmp.Or(r.FileName, r.URL) }

// recordings are the rows of the form, checked; have are those that stand.
func (in RecordingsInput) recordings(ses *programme.Session, have []Recording) ([]Recording, error) {
	p := core.Validate(in)
	var out []Recording
	for i, r := range in.Recordings {
		r.URL = strings.TrimSpace(r.URL)
		if r.Remove || r.URL == "" {
			continue
		}
		at := core.Row("recordings", i)
		row := Recording{ID: r.ID, Edition: ses.Edition, Session: ses.ID, Label: r.Label.Clean(), URL: r.URL, Media: mediaOf(r.URL), Language: r.Language, Licence: strings.TrimSpace(r.Licence)}
		if j := slices.IndexFunc(have, func(h Recording) bool { return h.ID == r.ID && h.File != "" }); j >= 0 {
			h := have[j]
			row.URL, row.Media, row.File, row.FileName, row.FileSize, row.Path = "", h.Media, h.File, h.FileName, h.FileSize, h.Path
			if r.URL != h.Path {
				p.Add(at+"url", "floor.error.file_address")
			}
		} else if !core.WebAddress(r.URL) {
			p.Add(at+"url", "floor.error.url")
		}
		if r.At != "" {
			d, err := ParseTime(r.At)
			if err != nil {
				p.Add(at+"at", "floor.error.time", "Time", r.At)
			}
			row.ZeroAt = d.Milliseconds()
		}
		out = append(out, row)
	}
	if len(out) > maxRecordings {
		p.Add("recordings", "floor.error.too_many", "Count", maxRecordings)
	}
	return out, p.Err()
}
