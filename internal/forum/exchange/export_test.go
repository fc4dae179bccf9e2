package exchange

import "plenary/internal/platform/record"

// Check is the part of ImportPackage that needs no database.
func Check(data []byte, known func(words, code string) bool) (record.Rows, error) {
	c, err := readPackage(data, known)
	if err != nil {
		return nil, err
	}
	return c.rows, nil
}

// Rewrite gives the tables of a package as they would be written again.
func Rewrite(rows record.Rows) (map[string][]byte, error) {
	out := map[string][]byte{}
	for i := range relations {
		b, err := encodeTable(&relations[i], rows[relations[i].name])
		if err != nil {
			return nil, err
		}
		out[dataFolder+relations[i].name+".json"] = b
	}
	return out, nil
}
