package mine

import (
	"archive/zip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"plenary/internal/core"
)

// Export writes all that the forum holds about the actor as a zip: a README in her
// language, a file of JSON per part and room, and the files that she sent. Nothing is kept
// of it. Too often is core.KindLimited. It appends no event.
func (s *Service) Export(ctx context.Context, a core.Actor, lang string, out io.Writer) error {
	if err := s.MayExport(a); err != nil {
		return err
	}
	return s.write(ctx, a, lang, out)
}

// MayExport asks for the right and counts the export; a page asks before it sends the
// first byte.
func (s *Service) MayExport(a core.Actor) error {
	if err := may(a, "export"); err != nil {
		return err
	}
	return s.exports.Allow(string(a.Account))
}

func (s *Service) write(ctx context.Context, a core.Actor, lang string, out io.Writer) error {
	w, err := s.who(ctx, a.Account)
	if err != nil {
		return err
	}
	z := zip.NewWriter(out)
	now := s.rec.Clock.Now()
	add := func(name string) (io.Writer, error) {
		return z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: now})
	}
	readme := []string{
		s.Catalog.T(lang, "mine.readme.title"), "", s.Catalog.T(lang, "mine.readme.made", "Time", now.UTC().Format(time.RFC3339), "Address", s.BaseURL), "",
		s.Catalog.T(lang, "mine.readme.parts"), "",
	}
	var files []string
	for _, h := range s.parts {
		if err := ctx.Err(); err != nil {
			return err
		}
		parts, err := h.Collect(ctx, w)
		if err != nil {
			return fmt.Errorf("collect %s: %w", h.Name(), err)
		}
		if len(parts) == 0 {
			continue
		}
		readme = append(readme, s.Catalog.T(lang, "mine.room."+h.Name()))
		for _, p := range parts {
			name := h.Name() + "/" + p.Name + ".json"
			f, err := add(name)
			if err != nil {
				return fmt.Errorf("write export: %w", err)
			}
			e := json.NewEncoder(f)
			e.SetIndent("", "  ")
			e.SetEscapeHTML(false)
			if err := e.Encode(p.Rows); err != nil {
				return fmt.Errorf("write export: %w", err)
			}
			readme = append(readme, fmt.Sprintf("  %s (%d)", name, len(p.Rows)))
			for _, ref := range p.Files {
				name := "files/" + h.Name() + "/" + fileName(ref)
				if slices.Contains(files, name) {
					continue
				}
				files = append(files, name)
				if err := s.copyFile(ctx, ref.ID, name, add); err != nil {
					return err
				}
				readme = append(readme, "  "+name)
			}
		}
	}
	readme = append(readme, "", s.Catalog.T(lang, "mine.readme.votes"), "", s.Catalog.T(lang, "mine.readme.conduct"), "", s.Catalog.T(lang, "mine.readme.times"))
	f, err := add("README.txt")
	if err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	if _, err := io.WriteString(f, strings.Join(readme, "\n")+"\n"); err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	return nil
}

// fileName is unique by the first signs of the hash, and cannot leave its folder.
func fileName(ref FileRef) string {
	name := path.Base(strings.Map(func(r rune) rune {
		if r == '/' || r == '\\' || r < ' ' {
			return '-'
		}
		return r
	}, ref.Name))
	if len(ref.ID) < 12 {
		return name
	}
	return ref.ID[:12] + "-" + name
}

func (s *Service) copyFile(ctx context.Context, id, name string, add func(string) (io.Writer, error)) error {
	src, err := s.Files.Open(ctx, id)
	if core.KindOf(err) == core.KindNotFound {
		return nil // it was taken away meanwhile
	}
	if err != nil {
		return err
	}
	defer func() { _ = src.Close() }() // it was only read
	f, err := add(name)
	if err != nil {
		return fmt.Errorf("write export: %w", err)
	}
	if _, err := io.Copy(f, src); err != nil {
		return fmt.Errorf("copy file into export: %w", err)
	}
	return nil
}
