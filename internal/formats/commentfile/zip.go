package commentfile

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"path"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

const (
	maxParts = 2000
	maxPart  = 24 << 20 // bytes of a part when it is unpacked
)

var errPart = errors.New("commentfile: a part of the file is missing or too large")

// readZip reads a DOCX or an XLSX.
func readZip(data []byte) ([]line, Problems) {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil || len(z.File) > maxParts {
		return nil, problem(0, FieldFile, CodeFormat)
	}
	for _, f := range z.File {
		if f.UncompressedSize64 > maxPart && strings.HasSuffix(f.Name, ".xml") {
			return nil, problem(0, FieldFile, CodeTooLarge, "Limit", maxPart)
		}
	}
	main := mainPart(z)
	if strings.HasPrefix(main, "xl/") {
		return readSheets(data)
	}
	body, err := part(z, main)
	if err != nil {
		return nil, problem(0, FieldFile, CodeFormat)
	}
	lines, err := readDocument(body)
	switch {
	case errors.Is(err, errRows):
		return nil, problem(0, FieldFile, CodeTooMany, "Limit", MaxRows)
	case err != nil:
		return nil, problem(0, FieldFile, CodeFormat)
	}
	return lines, nil
}

// part unpacks one part, never more than maxPart of it.
func part(z *zip.Reader, name string) ([]byte, error) {
	f, err := z.Open(name)
	if err != nil {
		return nil, errPart
	}
	defer func() { _ = f.Close() }() // it was only read
	b, err := io.ReadAll(io.LimitReader(f, maxPart+1))
	if err != nil || len(b) > maxPart {
		return nil, errPart
	}
	return b, nil
}

// mainPart finds where a package keeps its document: a relation says so.
func mainPart(z *zip.Reader) string {
	b, err := part(z, "_rels/.rels")
	if err != nil {
		return "word/document.xml"
	}
	for _, e := range elements(b, "Relationship", 50) {
		if strings.HasSuffix(e["Type"], "/officeDocument") {
			return strings.TrimPrefix(path.Clean("/"+e["Target"]), "/")
		}
	}
	return "word/document.xml"
}

// readSheets takes the rows of all sheets; a sheet without a heading adds none.
func readSheets(data []byte) ([]line, Problems) {
	f, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: 4 * maxPart, UnzipXMLSizeLimit: maxPart})
	if err != nil {
		return nil, problem(0, FieldFile, CodeFormat)
	}
	defer func() { _ = f.Close() }() // it was only read
	var out []line
	for _, sheet := range f.GetSheetList() {
		rows, err := f.Rows(sheet)
		if err != nil {
			continue // a chart
		}
		for row := 1; rows.Next(); row++ {
			cells, err := rows.Columns()
			if err != nil || len(out) > MaxRows+1000 {
				_ = rows.Close()
				if err != nil {
					return nil, problem(row, FieldFile, CodeFormat)
				}
				return nil, problem(0, FieldFile, CodeTooMany, "Limit", MaxRows)
			}
			if len(cells) > 0 {
				out = append(out, line{row: row, cells: slices.Clone(cells[:min(len(cells), maxCells)])}) // one far out makes thousands
			}
		}
		if err := errors.Join(rows.Error(), rows.Close()); err != nil {
			return nil, problem(0, FieldFile, CodeFormat)
		}
	}
	return out, nil
}
