package backup

import (
	"archive/tar"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strconv"

	"github.com/klauspost/compress/zstd"
)

// Contents is what a backup holds that was read to its end.
type Contents struct {
	Header   *Header
	Manifest *Manifest
	Packed   int64 // bytes of the file
}

// visitor is told what stands in a backup while it is read. Whatever it is told is only
// known to be whole when Read has returned.
type visitor struct {
	header func(h *Header) error
	lines  func(t *Table, lines []byte) error // a part, whole rows
	file   func(id string, size int64, r io.Reader) error
	data   func(name string, b []byte) error
}

// Read reads a backup to its end and holds every sum, count and name in it against what
// it says of itself. What is broken is a *DamageError, what only a newer program can read a
// *NewerError. schema are the versions that this program knows; nil: that is not asked.
func Read(ctx context.Context, in io.Reader, schema []int64, say func(Progress)) (*Contents, error) {
	return walk(ctx, in, schema, visitor{}, "verify", say)
}

func walk(ctx context.Context, in io.Reader, schema []int64, v visitor, stage string, say func(Progress)) (*Contents, error) {
	counted := &counter{r: in, ctx: ctx}
	z, err := zstd.NewReader(counted, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(64<<20))
	if err != nil {
		return nil, fmt.Errorf("read backup: %w", err)
	}
	defer z.Close()
	if say == nil {
		say = func(Progress) {}
	}
	w := &walker{v: v, tar: tar.NewReader(z), counted: counted, schema: schema, stage: stage, say: say, sums: map[string]*running{}, files: map[string]bool{}, data: map[string]string{}, listed: map[string]bool{}}
	if err := w.all(ctx); err != nil {
		return nil, err
	}
	rest, err := io.Copy(io.Discard, io.LimitReader(z, 1<<20)) // past the end of the tar
	if err != nil {
		return nil, w.unreadable(err)
	}
	if rest > 64<<10 || w.loud(z) {
		return nil, broken("", "something stands behind its end")
	}
	return &Contents{w.header, w.manifest, counted.n}, nil
}

type walker struct {
	v        visitor
	tar      *tar.Reader
	counted  *counter
	schema   []int64
	stage    string
	say      func(Progress)
	header   *Header
	headSum  string
	manifest *Manifest
	raw      []byte // of the manifest
	sums     map[string]*running
	files    map[string]bool // id → its bytes are what its name says
	size     int64
	data     map[string]string
	listed   map[string]bool // by the table of files
	rows     int64
	at       string // entry that was read last
	done     bool
}

// running is the sum of a table while it is read.
type running struct {
	Sum
	part   int
	digest hash.Hash
}

// loud tells whether there is still more.
func (w *walker) loud(z io.Reader) bool {
	n, err := io.ReadFull(z, make([]byte, 1))
	return n > 0 || err != nil && !errors.Is(err, io.EOF)
}

// unreadable names the place where the stream breaks.
func (w *walker) unreadable(err error) error {
	if c := w.counted.ctx.Err(); c != nil {
		return c
	}
	if w.counted.err != nil {
		return fmt.Errorf("read backup: %w", w.counted.err)
	}
	where := fmt.Sprintf("byte %d of the file", w.counted.n)
	if w.at != "" {
		where += ", in or behind " + w.at
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF):
		return broken(where, "the file ends too early")
	case w.at == "":
		return broken("", "this is no backup of Plenary: %v", err)
	}
	return broken(where, "the bytes are not those that were written: %v", err)
}

func (w *walker) all(ctx context.Context) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		h, err := w.tar.Next()
		if errors.Is(err, io.EOF) && w.done {
			return nil
		}
		if err != nil {
			return w.unreadable(err)
		}
		if w.done {
			return broken(clean(h.Name), "it stands behind the manifest")
		}
		if h.Typeflag != tar.TypeReg || h.Size < 0 {
			return broken(clean(h.Name), "it is no plain file: nothing of the kind belongs into a backup")
		}
		was := w.at
		w.at = clean(h.Name)
		if err := w.entry(h, was == ""); err != nil {
			return err
		}
	}
}

func (w *walker) entry(h *tar.Header, first bool) error {
	if first != (h.Name == headerName) {
		if first {
			return broken(w.at, "this is no backup of Plenary: it does not begin with %s", headerName)
		}
		return broken(w.at, "it stands there twice")
	}
	if first {
		return w.takeHeader(h)
	}
	if w.raw != nil && h.Name != sumName {
		return broken(w.at, "it stands behind the manifest")
	}
	if m := partName.FindStringSubmatch(h.Name); m != nil {
		return w.takePart(h, m[1], m[2])
	}
	if m := hashName.FindStringSubmatch(h.Name); m != nil {
		return w.takeFile(h, m[1])
	}
	if m := dataName.FindStringSubmatch(h.Name); m != nil {
		b, err := w.small(h, smallFile)
		if err != nil {
			return err
		}
		if w.data[m[1]] != "" {
			return broken(w.at, "it stands there twice")
		}
		w.data[m[1]] = sumOf(b)
		if w.v.data != nil {
			return w.v.data(m[1], b)
		}
		return nil
	}
	switch h.Name {
	case manifestName:
		b, err := w.small(h, 64*smallFile)
		if err != nil {
			return err
		}
		w.raw = b
		return nil
	case sumName:
		return w.finish(h)
	}
	return broken(w.at, "nothing of that name belongs into a backup")
}

// small reads an entry that fits into memory.
func (w *walker) small(h *tar.Header, most int64) ([]byte, error) {
	if h.Size > most {
		return nil, broken(w.at, "%d bytes are too many", h.Size)
	}
	b := make([]byte, 0, min(h.Size, 1<<20)+512)
	buf := bytes.NewBuffer(b)
	if _, err := io.Copy(buf, w.tar); err != nil {
		return nil, w.unreadable(err)
	}
	return buf.Bytes(), nil
}

func (w *walker) takeHeader(h *tar.Header) error {
	b, err := w.small(h, 16*smallFile)
	if err != nil {
		return err
	}
	var head Header
	if err := json.Unmarshal(b, &head); err != nil {
		return broken(w.at, "it cannot be read: %v", err)
	}
	if err := head.check(); err != nil {
		return err
	}
	if w.schema != nil {
		if err := head.known(w.schema); err != nil {
			return err
		}
	}
	w.header, w.headSum = &head, sumOf(b)
	if w.v.header != nil {
		return w.v.header(&head)
	}
	return nil
}

func (w *walker) takePart(h *tar.Header, name, number string) error {
	t, ok := w.header.table(name)
	if !ok || w.header.LeftOut[name] != "" {
		return broken(w.at, "the backup has no rows of a table %s", name)
	}
	n, err := strconv.Atoi(number)
	s := w.sums[name]
	if s == nil {
		s = &running{digest: sha256.New()}
		w.sums[name] = s
	}
	if err != nil || n != s.part+1 {
		return broken(w.at, "part %d is expected here", s.part+1)
	}
	s.part = n
	lines, err := w.small(h, largestRow)
	if err != nil {
		return err
	}
	if err := w.lines(t, s, lines); err != nil {
		return err
	}
	_, _ = s.digest.Write(lines) // a hash takes all
	s.Bytes += int64(len(lines))
	w.say(Progress{Stage: w.stage, What: name, Rows: w.rows})
	if w.v.lines != nil {
		return w.v.lines(t, lines)
	}
	return nil
}

// lines looks at every row of a part.
func (w *walker) lines(t *Table, s *running, lines []byte) error {
	values := make([]any, len(t.Columns))
	id := slices.IndexFunc(t.Columns, func(c Column) bool { return t.Name == "blobs" && c.Name == "hash" })
	n := 0
	for len(lines) > 0 {
		n++
		line, rest, ok := bytes.Cut(lines, []byte("\n"))
		if !ok {
			return broken(fmt.Sprintf("%s, line %d", w.at, n), "the row has no end")
		}
		if err := t.values(line, values); err != nil {
			return broken(fmt.Sprintf("%s, line %d", w.at, n), "%v", err)
		}
		if id >= 0 {
			if text, ok := values[id].(string); ok && hashOfText.MatchString(text) {
				w.listed[text] = true
			}
		}
		lines = rest
		s.Rows++
		w.rows++
	}
	if n == 0 {
		return broken(w.at, "it holds no rows")
	}
	return nil
}

func (w *walker) takeFile(h *tar.Header, id string) error {
	if _, twice := w.files[id]; twice {
		return broken(w.at, "it stands there twice")
	}
	if !w.listed[id] {
		return broken(w.at, "no row of the list of files names it")
	}
	digest := sha256.New()
	in := io.TeeReader(w.tar, digest)
	if w.v.file != nil {
		if err := w.v.file(id, h.Size, in); err != nil {
			return err
		}
	}
	if _, err := io.Copy(io.Discard, in); err != nil {
		return w.unreadable(err)
	}
	w.files[id] = hex.EncodeToString(digest.Sum(nil)) == id
	w.size += h.Size
	w.say(Progress{Stage: w.stage, What: "files", Rows: int64(len(w.files)), Bytes: w.size})
	return nil
}

// counter counts the bytes of the file, keeps its own errors apart and stops when it is
// told to.
type counter struct {
	ctx context.Context // it lives as long as the one reading
	r   io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && !errors.Is(err, io.EOF) {
		c.err = err
	}
	return n, err
}
