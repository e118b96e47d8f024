"""What Medicare pays, computed exactly from tables read as they are published."""
