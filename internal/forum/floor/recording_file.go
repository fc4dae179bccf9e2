package floor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"path"
	"slices"
	"strings"

	"plenary/internal/core"
	"plenary/internal/forum/editions"
	"plenary/internal/forum/programme"
	"plenary/internal/platform/record"
	"plenary/internal/platform/web"
)

// Largest is the largest recording that is kept as a file unless UseLimit says otherwise.
const Largest = 2 << 30

// UseLimit sets the size in bytes of the largest recording that is kept as a file.
func (s *Service) UseLimit(n int64) { s.largest = n }

// KeepRecording keeps a sound or a film as a recording of a session, the last in their
// order; what it is called and where the transcript begins in it is said afterwards. Who
// keeps the record of the session and the staff may: MayKeep says so before anything is
// read. Event: session.recordings_changed. Errors: TooLarge, Invalid.
func (s *Service) KeepRecording(ctx context.Context, a core.Actor, set *editions.Setting, ses *programme.Session, r io.Reader, name string) error {
	if err := s.MayKeep(a, ses); err != nil {
		return err
	}
	b, err := s.blobs.PutMedia(ctx, r, name, s.largest)
	if err != nil {
		return err
	}
	return s.rec.Write(ctx, a, func(ctx context.Context, tx *record.Tx) error {
		all, err := recordingsOf(ctx, tx, ses.ID)
		if err != nil {
			return err
		}
		have := all[ses.ID]
		if slices.ContainsFunc(have, func(h Recording) bool { return h.File == b.ID }) {
			return core.Conflict("floor.error.recording_twice", "Name", b.Name)
		}
		if len(have) >= maxRecordings {
			return core.Conflict("floor.error.too_many", "Count", maxRecordings)
		}
		if err := s.blobs.RegisterTx(ctx, tx, b); err != nil {
			return err
		}
		media, _, _ := strings.Cut(b.Type, "/")
		label := strings.TrimSuffix(b.Name, path.Ext(b.Name))
		row := Recording{
			ID: tx.NewID(), Edition: ses.Edition, Session: ses.ID, Position: len(have), Label: core.NewText(ses.Title.Orig, label), Media: media,
			File: b.ID, FileName: b.Name, FileSize: b.Size, Created: tx.Now, Version: 1,
		}
		if _, err := tx.NewInsert().Model(&row).Exec(ctx); err != nil {
			return fmt.Errorf("keep recording: %w", err)
		}
		var before []string
		for _, h := range have {
			before = append(before, h.line())
		}
		changed(tx, set, ses, before, append(slices.Clone(before), row.line()))
		return nil
	})
}

// MayKeep is the refusal of KeepRecording, before a long body is read.
func (s *Service) MayKeep(a core.Actor, ses *programme.Session) error {
	return RecordingPolicy.Check("edit", "", roles(a, ses)...)
}

// fileInput is the form of one recording that is kept here.
type fileInput struct {
	File string `form:"file" ui:"file" required:"1" accept:".mp3,.m4a,.aac,.ogg,.oga,.opus,.weba,.wav,.flac,.mp4,.m4v,.webm,.ogv"`
}

// recordingFile takes a recording as it arrives.
func (w *Web) recordingFile(c *web.C, set *editions.Setting, ses *programme.Session) error {
	if err := w.s.MayKeep(c.Actor, ses); err != nil {
		return err
	}
	var failed error
	if c.R.Method == http.MethodPost {
		failed = c.Upload(func(r io.Reader, name, _ string) error {
			return w.s.KeepRecording(c.Context(), c.Actor, set, ses, r, name)
		})
		if failed == nil {
			return c.Uploaded(ses.Path()+"/recordings/edit", "floor.recording_kept")
		}
	}
	f := c.Form("floor.recording_file", &fileInput{})
	f.Largest = w.s.largest
	f.Field("file").Help = c.T("floor.recording_file.limit", "Limit", web.SizeWords(w.s.largest))
	return w.formPage(c, set, ses, nil, "floor/form", "floor.recording_file", f, failed, nil)
}

// recording plays a recording that is kept here, or any part of it.
func (w *Web) recording(c *web.C, _ *editions.Setting, ses *programme.Session) error {
	list, err := w.s.Recordings(c.Context(), ses)
	if err != nil {
		return err
	}
	for _, r := range list {
		if string(r.ID) == c.Param("id") && r.File != "" {
			return w.s.blobs.Serve(c, r.File)
		}
	}
	return core.NotFound()
}
