import unittest

from mkdb_client import errors


class ErrorTexts(unittest.TestCase):
    CASES = [
        ("Store 'parts' not found", errors.MkDBStoreNotFoundError, KeyError),
        ("Record 'r1' not found in store 'parts'", errors.MkDBRecordNotFoundError, KeyError),
        ("Record 'a' not found in store 'b'' not found in store 'parts'", errors.MkDBRecordNotFoundError, KeyError),
        ("Store 'parts' already exists", errors.MkDBStoreExistsError, Exception),
        ("Query syntax error: field 'a': unknown operator 'like'", errors.MkDBQueryError, ValueError),
        ("'filter' must be a JSON object", errors.MkDBQueryError, ValueError),
        ("Revision conflict: expected 3, found 4", errors.MkDBRevisionConflictError, Exception),
        ("Record 'a': field 'mail': \"x\" is taken by record 'b'", errors.MkDBValueTakenError, ValueError),
        ("Record 'a': field 'n': expected a number, found \"x\"", errors.MkDBServerError, Exception),
        ("Write access denied — reconnect with 'W' or 'RW' access", errors.MkDBAuthError, PermissionError),
        ("Read access denied — reconnect with 'R' or 'RW' access", errors.MkDBAuthError, PermissionError),
        ("Write access denied", errors.MkDBAuthError, PermissionError),
        ("Read access denied", errors.MkDBAuthError, PermissionError),
        ("Write access disabled — configure users to enable writes", errors.MkDBAuthError, PermissionError),
        ("No access to store 'parts'", errors.MkDBAuthError, PermissionError),
        ("Invalid credentials", errors.MkDBAuthError, PermissionError),
        ("Authenticated user no longer exists", errors.MkDBAuthError, PermissionError),
        ("'store' is required", errors.MkDBServerError, Exception),
        ("Missing 'record_id'", errors.MkDBServerError, Exception),
        ("'delta' must be a JSON object", errors.MkDBServerError, Exception),
        ("Unknown action: 'fly'", errors.MkDBServerError, Exception),
    ]

    def test_each_text_has_its_class(self):
        for text, cls, builtin in self.CASES:
            with self.subTest(text):
                error = errors.error_from_text(text)
                self.assertIs(type(error), cls)
                self.assertIsInstance(error, builtin)
                self.assertIsInstance(error, errors.MkDBError)
                self.assertEqual(str(error), text)

    def test_http_falls_back_to_the_status(self):
        self.assertIsInstance(errors.error_from_http(401, "Credentials are required"), errors.MkDBAuthError)
        self.assertIsInstance(errors.error_from_http(404, "Store 'a' not found"), errors.MkDBStoreNotFoundError)
        too_large = errors.error_from_http(413, "Body too large")
        self.assertIsInstance(too_large, errors.MkDBTransportError)
        self.assertIsInstance(too_large, errors.MkDBServerError)
        self.assertEqual(too_large.status, 413)

    def test_control_errors_are_controller_errors_of_the_right_kind(self):
        for status, text, cls in [
            (401, "Invalid credentials", errors.MkDBAuthError),
            (403, "Action 'api_delete_user' requires role 'operator' (you have 'viewer')", errors.MkDBAuthError),
            (404, "Store 'a' not found", errors.MkDBStoreNotFoundError),
            (409, "Store 'a' already exists", errors.MkDBStoreExistsError),
            (400, "Unknown action: 'api_fly'", errors.ControllerError),
        ]:
            with self.subTest(text):
                error = errors.error_from_control(status, text)
                self.assertIsInstance(error, errors.ControllerError)
                self.assertIsInstance(error, cls)
                self.assertEqual((error.status, str(error)), (status, text))
