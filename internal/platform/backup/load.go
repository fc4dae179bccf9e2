package backup

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/stdlib"

	"plenary/internal/platform/db"
)

// loader puts rows into the tables of a database that nobody serves, in one transaction.
type loader struct {
	conn *sql.Conn
	pg   bool

	open *stream // PostgreSQL: the table that is being copied
	ins  insert  // SQLite: the statement of the table that is being filled
}

// newLoader begins the transaction and empties the tables: a migration may have put
// something there.
func newLoader(ctx context.Context, d *db.DB, h *Header) (*loader, error) {
	conn, err := d.Writer().Conn(ctx)
	if err != nil {
		return nil, fmt.Errorf("load: %w", err)
	}
	l := &loader{conn: conn, pg: d.Postgres()}
	begin := []string{"BEGIN IMMEDIATE", "PRAGMA defer_foreign_keys = ON"}
	if l.pg {
		begin = []string{"BEGIN"}
	}
	for _, t := range slices.Backward(h.Tables) {
		begin = append(begin, "DELETE FROM "+quote(t.Name))
	}
	for _, query := range begin {
		if _, err := conn.ExecContext(ctx, query); err != nil {
			return nil, errors.Join(fmt.Errorf("load: %w", err), l.abandon())
		}
	}
	return l, nil
}

// lines loads a part of a table.
func (l *loader) lines(ctx context.Context, t *Table, lines []byte) error {
	if err := l.some(ctx, t, lines); err != nil {
		return fmt.Errorf("load table %s: %w", t.Name, err)
	}
	return nil
}

func (l *loader) some(ctx context.Context, t *Table, lines []byte) error {
	if l.pg {
		return l.copy(ctx, t, lines)
	}
	values := make([]any, len(t.Columns))
	for line := range bytes.Lines(lines) {
		if err := t.values(line, values); err != nil {
			return err
		}
		if err := l.ins.add(ctx, l.conn, t, values); err != nil {
			return err
		}
	}
	return nil
}

// commit ends the transaction.
func (l *loader) commit(ctx context.Context) error {
	err := l.close()
	if err == nil {
		err = l.ins.flush(ctx, l.conn)
	}
	if err == nil && !l.pg {
		err = l.strays(ctx)
	}
	if err == nil {
		_, err = l.conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		return errors.Join(fmt.Errorf("load: %w", err), l.abandon())
	}
	return l.conn.Close()
}

// abandon undoes all that was loaded.
func (l *loader) abandon() error {
	_ = l.close() // it failed already
	_, _ = l.conn.ExecContext(context.Background(), "ROLLBACK")
	return l.conn.Close()
}

// strays names a row that refers to nothing, which SQLite only counts.
func (l *loader) strays(ctx context.Context) error {
	rows, err := l.conn.QueryContext(ctx, "PRAGMA foreign_key_check")
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if rows.Next() {
		var table, parent string
		var row sql.NullInt64
		var key int64
		if err := rows.Scan(&table, &row, &parent, &key); err != nil {
			return err
		}
		return fmt.Errorf("row %d of %s refers to a row of %s that is not there", row.Int64, table, parent)
	}
	return rows.Err()
}

// insert is a statement of SQLite that takes several rows at once.
type insert struct {
	table *Table
	full  *sql.Stmt // for as many rows as one statement takes
	at    int
	args  []any
	count int
}

// atOnce is how many values a statement takes.
const atOnce = 900

func (s *insert) add(ctx context.Context, conn *sql.Conn, t *Table, values []any) error {
	if s.table == nil || s.table.Name != t.Name {
		if err := s.flush(ctx, conn); err != nil {
			return err
		}
		s.table, s.at = t, max(1, atOnce/len(t.Columns))
	}
	s.args = append(s.args, values...)
	if s.count++; s.count < s.at {
		return nil
	}
	if s.full == nil {
		var err error
		if s.full, err = conn.PrepareContext(ctx, s.query(s.at)); err != nil {
			return err
		}
	}
	_, err := s.full.ExecContext(ctx, s.args...)
	s.args, s.count = s.args[:0], 0
	return err
}

// flush writes the rows that wait, and ends the table.
func (s *insert) flush(ctx context.Context, conn *sql.Conn) error {
	var err error
	if s.count > 0 {
		_, err = conn.ExecContext(ctx, s.query(s.count), s.args...)
	}
	if s.full != nil {
		err = errors.Join(err, s.full.Close())
	}
	*s = insert{args: s.args[:0]}
	return err
}

func (s *insert) query(rows int) string {
	marks := "(" + strings.TrimSuffix(strings.Repeat("?, ", len(s.table.Columns)), ", ") + ")"
	return "INSERT INTO " + quote(s.table.Name) + " (" + columns(s.table) + ") VALUES " + strings.TrimSuffix(strings.Repeat(marks+", ", rows), ", ")
}

func columns(t *Table) string {
	names := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		names[i] = quote(c.Name)
	}
	return strings.Join(names, ", ")
}

// stream is a COPY of PostgreSQL that goes on: one for a table, so that its rows may refer
// to later ones.
type stream struct {
	table string
	in    *io.PipeWriter
	ended chan error
}

func (l *loader) copy(ctx context.Context, t *Table, lines []byte) error {
	if l.open != nil && l.open.table != t.Name {
		if err := l.close(); err != nil {
			return err
		}
	}
	if l.open == nil {
		out, in := io.Pipe()
		s := &stream{table: t.Name, in: in, ended: make(chan error, 1)}
		l.open = s
		query := "COPY " + quote(t.Name) + " (" + columns(t) + ") FROM STDIN"
		go func() {
			err := l.conn.Raw(func(driver any) error {
				c, ok := driver.(*stdlib.Conn)
				if !ok {
					return fmt.Errorf("%T is no connection to PostgreSQL", driver)
				}
				_, err := c.Conn().PgConn().CopyFrom(ctx, out, query)
				return err
			})
			_ = out.CloseWithError(errors.Join(errStopped, err)) // whoever still writes is told
			s.ended <- err
		}()
	}
	var buf bytes.Buffer
	values := make([]any, len(t.Columns))
	for line := range bytes.Lines(lines) {
		if err := t.values(line, values); err != nil {
			return err
		}
		copyLine(&buf, values)
	}
	if _, err := l.open.in.Write(buf.Bytes()); err != nil {
		return errors.Join(l.close(), err)
	}
	return nil
}

var errStopped = errors.New("the database takes no more rows")

// close ends the COPY that goes on.
func (l *loader) close() error {
	if l.open == nil {
		return nil
	}
	s := l.open
	l.open = nil
	_ = s.in.Close()
	return <-s.ended
}

var copyEscape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\r", `\r`, "\t", `\t`)

// copyLine writes a row in the text form of COPY.
func copyLine(buf *bytes.Buffer, values []any) {
	for i, v := range values {
		if i > 0 {
			buf.WriteByte('\t')
		}
		switch v := v.(type) {
		case nil:
			buf.WriteString(`\N`)
		case string:
			_, _ = copyEscape.WriteString(buf, v)
		case int64:
			buf.WriteString(strconv.FormatInt(v, 10))
		case bool:
			buf.WriteString(strconv.FormatBool(v))
		case float64:
			buf.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		}
	}
	buf.WriteByte('\n')
}
