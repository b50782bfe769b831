package api

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"tiepdan/internal/domain/office"
	"tiepdan/internal/domain/register"
)

func (a *API) export(as string) staffHandler {
	return func(c *fiber.Ctx, who office.Staff) error {
		table, err := a.Register.Table(c.UserContext(), who, kindOf(c))
		if err != nil {
			return err
		}
		return SendTable(c, string(kindOf(c)), as, table)
	}
}

// typeXLSX is the media type of a spreadsheet.
const typeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// SendTable answers with a table as a file, "csv" or "xlsx".
func SendTable(c *fiber.Ctx, name, as string, table [][]string) (err error) {
	var raw []byte
	switch as {
	case "csv":
		raw, err = register.CSV(table)
	case "xlsx":
		raw, err = register.XLSX(name, table)
	default:
		return fiber.ErrNotFound
	}
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderContentType, tableTypes[as])
	Download(c, name+"."+as)
	return c.Send(raw)
}

// tableTypes are the types of a table's files.
var tableTypes = map[string]string{"csv": "text/csv; charset=utf-8", "xlsx": typeXLSX}

// imported is what one line of a table does, or would do.
type imported struct {
	Line     int            `json:"line"`
	ID       string         `json:"id,omitempty"`
	Do       string         `json:"do"`
	Errors   []FieldProblem `json:"errors,omitempty"`
	Password string         `json:"password,omitempty"`
}

// Import reads a table, CSV or XLSX, as the body or as the part "file" of a form. With dry_run=1 it says what would happen;
// else it does it, unless a line is wrong: then nothing is done, and the answer is 422 with every wrong line.
func (a *API) Import(c *fiber.Ctx) error {
	return a.writesOffice(func(c *fiber.Ctx, who office.Staff) error {
		table, err := TableOf(c)
		if err != nil {
			return err
		}
		var lines []register.Imported
		dry := c.QueryBool("dry_run")
		if dry {
			lines, err = a.Register.Preview(c.UserContext(), who, kindOf(c), table)
		} else {
			lines, err = a.Register.Import(c.UserContext(), who, kindOf(c), table, c.QueryBool("sure"))
		}
		if err != nil {
			return err
		}
		out, counts := make([]imported, 0, len(lines)), map[string]int{register.Created: 0, register.Changed: 0, register.Same: 0, register.Wrong: 0}
		for _, l := range lines {
			x := imported{Line: l.Line, ID: l.ID, Do: l.Do, Password: l.Password}
			for _, p := range InOrder(l.Problems) {
				x.Errors = append(x.Errors, FieldProblem{Field: p[0], Code: p[1], Message: a.Words.Say(lang(c), p[1], nil)})
			}
			counts[l.Do]++
			out = append(out, x)
		}
		if counts[register.Wrong] > 0 && !dry {
			c.Status(http.StatusUnprocessableEntity)
		}
		return c.JSON(fiber.Map{"items": out, "counts": counts, "dry_run": dry})
	})(c)
}

// InOrder lists the problems of a line by the names of their columns.
func InOrder(problems map[string]string) [][2]string {
	out := make([][2]string, 0, len(problems))
	for column, key := range problems {
		out = append(out, [2]string{column, key})
	}
	slices.SortFunc(out, func(a, b [2]string) int { return strings.Compare(a[0], b[0]) })
	return out
}

// TableOf reads the table that a request brings.
func TableOf(c *fiber.Ctx) ([][]string, error) {
	raw := c.BodyRaw()
	if strings.HasPrefix(c.Get(fiber.HeaderContentType), fiber.MIMEMultipartForm) {
		h, err := c.FormFile("file")
		if err != nil {
			return nil, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.table_none"}
		}
		f, err := h.Open()
		if err != nil {
			return nil, err
		}
		defer f.Close()
		raw = make([]byte, min(h.Size, register.MostTable+1))
		if _, err := f.Read(raw); err != nil && len(raw) > 0 {
			return nil, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.table"}
		}
	}
	if len(raw) == 0 {
		return nil, &FaultError{Status: http.StatusUnprocessableEntity, Key: "error.table_none"}
	}
	return register.ReadTable(raw)
}
