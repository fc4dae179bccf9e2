package blob

import (
	"mime"
	"slices"

	"plenary/internal/platform/web"
)

// Serve sends a registered file to a reader who may have it: whoever calls it has
// asked. Pictures, PDF, sound, film and plain text open in the browser; all else is saved. Nothing
// in a file runs here, and no file is taken for another kind than it is. Parts of a
// file can be asked for. A file that is not listed is core.NotFound.
func (s *Store) Serve(c *web.C, id string) error {
	f, err := s.Open(c.Context(), id)
	if err != nil {
		return err
	}
	defer f.Close()
	disposition := "attachment"
	if kind, _, err := mime.ParseMediaType(f.Blob.Type); err == nil && slices.Contains(inline, kind) {
		disposition = "inline"
	}
	h := c.W.Header()
	h.Set("Content-Type", f.Blob.Type)
	h.Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Blob.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", policy(f.Blob.Type))
	h.Set("Etag", `"`+id+`"`)
	h.Set("Cache-Control", "private, no-cache") // asked again each time, sent once
	c.ServeContent(f.Blob.Created.Time(), f)
	return nil
}

// policy keeps a file from doing anything. Browsers show PDF by a program of their
// own, away from the site; under a sandbox some show an empty page instead.
func policy(kind string) string {
	if kind == "application/pdf" {
		return "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
	}
	return "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}
