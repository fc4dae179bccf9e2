package backup

import (
	"archive/tar"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// finish holds all that was read against the manifest.
func (w *walker) finish(h *tar.Header) error {
	b, err := w.small(h, 4096)
	if err != nil {
		return err
	}
	if w.raw == nil {
		return broken(w.at, "the manifest is missing")
	}
	if string(b) != sumOf(w.raw)+"  "+manifestName+"\n" {
		return broken(manifestName, "its sum is not that of %s", sumName)
	}
	var m Manifest
	if err := json.Unmarshal(w.raw, &m); err != nil {
		return broken(manifestName, "it cannot be read: %v", err)
	}
	w.manifest, w.done = &m, true
	if m.Header != w.headSum {
		return broken(headerName, "its sum is not that of the manifest")
	}
	if err := w.tablesAgain(&m); err != nil {
		return err
	}
	return w.filesAgain(&m)
}

func (w *walker) tablesAgain(m *Manifest) error {
	for _, t := range w.header.Tables {
		want, ok := m.Tables[t.Name]
		if w.header.LeftOut[t.Name] != "" {
			if ok {
				return broken(manifestName, "it counts rows of %s, which has none here", t.Name)
			}
			continue
		}
		if !ok {
			return broken(manifestName, "it does not name table %s", t.Name)
		}
		got := Sum{SHA256: sumOf(nil)}
		if s := w.sums[t.Name]; s != nil {
			got = s.Sum
			got.SHA256 = hex.EncodeToString(s.digest.Sum(nil))
		}
		switch {
		case got.Rows != want.Rows:
			return broken("table "+t.Name, "%d rows are there, and there were %d", got.Rows, want.Rows)
		case got != want:
			return broken("table "+t.Name, "its rows are not those that were written (SHA-256 %s, not %s)", got.SHA256, clean(want.SHA256))
		}
	}
	for name := range m.Tables {
		if _, ok := w.header.table(name); !ok {
			return broken(manifestName, "it names a table %q, and %s does not", clean(name), headerName)
		}
	}
	return nil
}

func (w *walker) filesAgain(m *Manifest) error {
	if int64(len(w.files)) != m.Files.Count || w.size != m.Files.Bytes {
		return broken("files", "%d files of %d bytes are there, and there were %d of %d", len(w.files), w.size, m.Files.Count, m.Files.Bytes)
	}
	for id, whole := range w.files {
		if whole == slices.Contains(m.Damaged, id) {
			return broken("files/"+id, "its bytes are not those of its name")
		}
	}
	for id := range w.listed {
		if _, ok := w.files[id]; !ok && !slices.Contains(m.Missing, id) {
			return broken("files/"+id, "it is listed, and its bytes are missing")
		}
	}
	if len(m.Data) != len(w.data) {
		return broken("data", "%d files are there, and there were %d", len(w.data), len(m.Data))
	}
	for name, sum := range m.Data {
		if w.data[name] != sum {
			return broken("data/"+clean(name), "its bytes are not those that were written")
		}
	}
	return nil
}
